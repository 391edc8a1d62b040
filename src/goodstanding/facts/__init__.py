"""What happened, as received: tables, loading, checking, quarantine, adapters."""
