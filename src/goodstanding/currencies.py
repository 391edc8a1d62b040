"""The currencies of ISO 4217: those in use, funds, and those that went out of use since 1990."""

from __future__ import annotations

# https://www.six-group.com/en/products-services/financial-information/data-standards.html,
# list one (without metals and codes for tests) and list three (from 1990 on: `days.FIRST_DAY`).
_IN_USE = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN
    BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR
    FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
    KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
    MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF
    XSU XUA YER ZAR ZMW ZWG
"""
_OUT_OF_USE = """
    ADP AFA ANG AOK AON AOR ATS AZM BAD BEF BGL BGN BRC BRE BRN BRR BYB BYR CSD CSK CUC CYP DDM
    DEM ECS ECV EEK ESP FIM FRF GEK GHC GRD GWP HRD HRK IEP ITL LTL LTT LUF LVL LVR MGF MRO MTL
    MXP MZM NIC NLG PEI PEN PLZ PTE ROL RUR SDD SDP SIT SKK SLL SRG STD SUR TJR TMM TPE TRL UAK
    UGS USS VEB VEF XEU YDD YUD YUM YUN ZAL ZMK ZRN ZRZ ZWD ZWL ZWN ZWR
"""
# The decimals of those that have not two, in the same lists; of those out of use, in the editions
# that had them. What has no minor unit (XDR, XSU, XUA) is counted whole.
_DECIMALS = {
    0: """
        ADP BEF BIF BYB BYR CLP DJF ESP GNF GRD ISK ITL JPY KMF KRW LUF MGF PTE PYG RWF TPE TRL
        UGX UYI VND VUV XAF XDR XOF XPF XSU XUA
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_BY_CODE = {code: number for number, codes in _DECIMALS.items() for code in codes.split()}
CODES = tuple(sorted({*_IN_USE.split(), *_OUT_OF_USE.split()}))


def decimals(code: str) -> int:
    """Return how many decimals a currency has: its minor unit is one of so many places."""
    return _BY_CODE.get(code, 2)
