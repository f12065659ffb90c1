"""Customs facts of countries: mean hours and cost of an import.

Source: World Bank, Doing Business 2020, indicators of trading across borders (import), CC BY 4.0. They are means for a
standard shipment by the most common mode of transport; a city stands for its country.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple


class CountryFacts(NamedTuple):
    """Import facts of a country.

    Attributes:
        documents: hours of documentary compliance.
        border: hours of border compliance.
        documents_cost: US dollars for documentary compliance.
        border_cost: US dollars for border compliance.
    """

    documents: float
    border: float
    documents_cost: float
    border_cost: float


@cache
def country_facts() -> dict[str, CountryFacts]:
    """Return the facts by ISO 3166 code of three letters."""
    found = {}
    for entry in _TABLE.split(";"):
        if entry.strip():
            code, *numbers = entry.split()
            found[code] = CountryFacts(*map(float, numbers))
    return found


_TABLE: Final = """
    AFG 324 96 900 750; AGO 96 72 460 1030; ALB 8 10 10 77.3; ARE 12 54 283.3 553.3; ARG 166 60 120 1200;
    ARM 1.6 2.5 100 0; ATG 48 61.3 100 546.4; AUS 4 39 100 539; AUT 0.5 0 0 0; AZE 33 14.1 200 300;
    BDI 180 154.3 1025 443.6; BEL 0.5 0 0 0; BEN 58.7 82 110 599.1; BFA 96 102 196.5 264.5;
    BGD 144 216 370 900; BGR 0.5 0.5 0 0; BHR 60 42 130 397; BHS 6 51 550 1385; BIH 8 5.9 26.5 108.5;
    BLR 3.5 0 0 0; BLZ 36 30 75 687.5; BOL 72 114 30 315; BRA 24 30 106.9 375; BRB 46 81 150 1776;
    BRN 132 48 50 395; BTN 8 5 50 110.1; BWA 3.3 3.5 66.6 98.1; CAF 120 121.7 500 709.3; CAN 1 2 162.5 171.9;
    CHE 1.5 1 27 115; CHL 36 54 50 290; CHN 12.8 35.7 77.3 241.3; CIV 89.1 125.1 266.7 455.7;
    CMR 163 271 849 1406.9; COG 208 397.3 310 1580.6; COL 64 112 50 545; COM 26 70.3 92.8 765.4;
    CPV 24 60 125 587.5; CRI 26 80 75 500; CYP 2 14.7 50 335; CZE 0.5 0 0 0; DEU 0.5 0 0 0;
    DJI 50 118 100 1055; DMA 24 39.3 50 905.6; DNK 0.5 0 0 0; DOM 13.5 24 40 579.2; DZA 96 209.6 399.8 408.8;
    ECU 120 24 75 250; EGY 265 240 1000 553.7; ESP 0.5 0 0 0; EST 0.5 0 0 0; ETH 194 72.2 750 120;
    FIN 0.5 2 0 0; FJI 33.8 34.8 57.5 319.8; FRA 0.5 0 0 0; FSM 35 56 80 180; GAB 120 84 170 1320;
    GBR 1.7 3 0 0; GEO 2 15 189 396.4; GHA 36 80 474 552.9; GIN 156 78.9 180 808.6; GMB 31.5 87 151.9 325.6;
    GNB 36 84 205 550; GNQ 240 240 70 985; GRC 0.5 0.5 0 0; GRD 24 37.3 50 1256; GTM 32 72 37 405;
    GUY 156 84 62.5 265; HKG 1.3 18.5 56.8 265.6; HND 72 96 70 482.8; HRV 0.5 0.1 0 0; HTI 28 83 150 562.5;
    HUN 0.8 0 0 0; IDN 106.2 99.4 164.4 382.6; IND 19.9 65.3 100 266.1; IRL 0.8 24 75 253; IRN 40 141 90 660.4;
    IRQ 176 130.7 500 644.4; ISL 2.5 24 0 365; ISR 44 64 70 306.7; ITA 0.5 0 0 0; JAM 56 80 90 906;
    JOR 54.9 78.9 190 205.7; JPN 3.4 39.6 107 314.8; KAZ 5.5 2 0 0; KEN 60 194 115 832.5;
    KGZ 84 68.9 200 499.1; KHM 132 7.5 120 240; KIR 48 96 120 685; KNA 33.1 37.1 90 310.7; KOR 1 6 26.8 314.6;
    KSV 6 5.5 42.2 128.3; KWT 96 72 331.8 633.7; LAO 60 10.5 115 223.5; LBN 72 180 135 790;
    LBR 144 217 405 1012.5; LBY 96 78.9 60 637.4; LCA 14.1 26.6 97.5 842.1; LIE 1.5 1 27 115;
    LKA 48 72 282.8 299.7; LSO 1 4.5 90 150; LTU 0.5 0 0 0; LUX 0.5 0 0 0; LVA 0.5 0 0 0;
    MAR 26 57 116.4 228.1; MDA 1.6 4.4 41.1 82.8; MDG 57.6 98.7 149.5 595; MDV 61.3 100 180.4 980.5;
    MEX 17.6 44.2 100 450; MHL 60 84 42.5 297.5; MKD 3 7.5 50 150; MLI 77 98.3 90 545; MLT 0.5 1.6 0 230;
    MMR 48 230 210 456.7; MNE 5.5 23.2 60 305.6; MNG 114.7 48 82.6 209.8; MOZ 16 9 60 399; MRT 64 69 400 580;
    MUS 8.6 41 165.6 372.1; MWI 55 55 161.5 143.5; MYS 6.5 36 60 212.5; NAM 3.3 5.5 62.5 145;
    NER 156 78 282 461.5; NGA 120 241.7 564.3 1076.8; NIC 16 72 86.1 399.8; NLD 0.5 0 0 0; NOR 2 2 0 125;
    NPL 48 11 80 190; NZL 1 25 80 366.5; OMN 7 39 124 243.6; PAK 96 120 130 287; PAN 6 24 50 490;
    PER 48 72 80 700; PHL 96 120 67.5 689.5; PLW 96 84 100 605; PNG 48 72 85 940; POL 0.5 0 0 0;
    PRI 1.7 48 75 385.7; PRT 0.5 0 0 0; PRY 36 24 135 500; QAT 72 48 290 557.8; ROM 0.5 0.4 0 0;
    RUS 42.5 30 152.5 520; RWA 48 73.5 121.1 282.1; SAU 32 72 267 464.5; SDN 132 144 420 1092.5;
    SEN 72 53.3 545 701.7; SGP 3 33 40 220; SLB 36.5 108 215 740; SLE 82 120 387.1 821; SLV 13.3 36 66.7 128.3;
    SMR 2.5 4 100 50; SOM 76 85 300 952; SRB 3 4.6 35 52; SSD 360 179 350 781.3; STP 17 150 75 406;
    SUR 24 48 40 658; SVK 0.5 0 0 0; SVN 0.5 0 0 0; SWE 0.5 0 0 0; SWZ 3.6 3.1 75.6 134.4;
    SYC 33 97 92.5 340.6; SYR 149.3 141.3 741.7 827.8; TCD 172 242 500 965; TGO 180 168 251.7 611.7;
    THA 4 50.2 43.5 232.5; TJK 126 106.5 260 223.3; TMP 44 100 115 410; TON 72 25.5 147.5 330;
    TTO 44 78 250 635; TUN 26.9 80 144.4 596.2; TUR 2 6.5 55 46; TWN 4 47.4 65 340.4; TZA 240 402 375 1350;
    UGA 96 145 295.6 446.7; UKR 48 32 162 100; URY 48 6 285 500; USA 7.5 1.5 100 175; UZB 150 110.6 242 277.9;
    VCT 24 48 90 540; VNM 76 56 182.5 373; VUT 48 126 182.5 680.6; WBG 45.3 6 85 50; WSM 24.5 84 230 900;
    ZAF 36 87 73 676; ZAR 174 336 765 3039; ZMB 72 120 175 380; ZWE 81 227.7 150 561.7;
"""
"""Entries: code, hours for documents, hours at the border, dollars for documents, dollars at the border."""
