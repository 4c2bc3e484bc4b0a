"""Legal forms of companies, as people write them: data for `names`, which alone knows how to apply it.

Shape: entries are separated by ";" and written in ordinary spelling; `names` brings them to the same shape as a
company's words, so "S.A.", "SA" and "S. A." need one entry. Forms that are ordinary words or place codes at the end
of a name ("e.V." reads as electric vehicle, "C.A." as California, "N.A." as North America) are left out on purpose:
a form that stays costs a review, a word that goes costs a wrong match.
Edges: a country's line holds what its companies write, including what they borrow; a form need not stand twice.
"""

from collections.abc import Mapping
from typing import Final

TRAILING_FORMS: Final[Mapping[str, str]] = {
    "United States": "Inc; Incorporated; Corp; Corporation; Co; Company; LLC; L L C; Ltd; Limited; LP; LLP; LLLP; PLLC;"
    " PBC; Limited Liability Company; Limited Partnership; Limited Liability Partnership;"
    " Public Benefit Corporation; and Co; and Company",
    "Canada": "ULC; Ltée; Limitée; Incorporée; Enr; Enrg; Reg'd; SENC; SENCRL; SRL; LLP SRL; SENCRL SRL; SENCRL LLP;"
    " Inc Ltée; Unlimited Liability Company; Cie; et Cie; Compagnie Limitée; Cie Ltée; et Associés SENCRL",
    "United Kingdom": "PLC; P L C; CIC; Public Limited Company; Cyf; Cyfyngedig; Co Ltd; Company Limited; and Co Ltd",
    "Ireland": "DAC; CLG; Teo; Teoranta; Designated Activity Company; Company Limited by Guarantee; Unlimited Company",
    "Germany": "GmbH; gGmbH; mbH; AG; KG; KGaA; OHG; UG; UG haftungsbeschränkt; haftungsbeschränkt; SE; e.K.; eG;"
    " Aktiengesellschaft; Gesellschaft mit beschränkter Haftung; Kommanditgesellschaft; GmbH & Co; GmbH & Co KG;"
    " PartG mbB; PartGmbB; und Co; u Co; SE & Co KGaA; Offene Handelsgesellschaft",
    "Austria": "GesmbH; Ges.m.b.H.; GmbH & Co OG; OG; FlexCo; reg Gen mbH",
    "Switzerland": "Sagl; Sàrl; GmbH in Liquidation; AG in Liquidation; Genossenschaft",
    "Liechtenstein": "Trust reg; Aktiengesellschaft in Liquidation",
    "France": "SA; SAS; SASU; SARL; EURL; SNC; SCA; SCS; SCOP; GIE; SELARL; S.A.R.L.; et Compagnie;"
    " Société anonyme; Société par actions simplifiée; Société à responsabilité limitée; Société en nom collectif",
    "Belgium": "BVBA; SPRL; CVBA; SCRL; VZW; ASBL; NV SA; SA NV; BV SRL; SRL BV; Comm V; VOF; SCRL CVBA",
    "Netherlands": "BV; NV; CV; B.V.; N.V.; Besloten Vennootschap; Naamloze Vennootschap; Coöperatief UA; UA",
    "Luxembourg": "S.à r.l.; Sarl-S; SCSp; SICAV; SECS",
    "Italy": "SpA; Srl; Srls; SApA; Società per azioni; Società a responsabilità limitata; Soc Coop; Scarl; Scpa;"
    " SpA Società Benefit; Srl Unipersonale; Srl a socio unico; e C Snc; e C Sas",
    "Spain": "SL; SLU; SAU; SLL; SLP; SLNE; S Coop; Sociedad Anónima; Sociedad Limitada; y Cía; y Compañía;"
    " Sociedad de Responsabilidad Limitada; SA Unipersonal; SL Unipersonal; SME SA",
    "Portugal": "Lda; Limitada; Unipessoal Lda; SGPS; SGPS SA; Sociedade Anónima; e Cia; e Companhia",
    "Sweden": "AB; AB publ; Aktiebolag; Aktiebolaget; publ; HB; Handelsbolag; Kommanditbolag; Ekonomisk Förening",
    "Norway": "AS; ASA; ANS; Aksjeselskap; Allmennaksjeselskap; NUF",
    "Denmark": "A/S; ApS; IVS; Aktieselskab; Anpartsselskab; AMBA; P/S A/S; Smba",
    "Finland": "Oy; Oyj; Oy Ab; Ab Oy; Abp; Oyj Abp; Osakeyhtiö; Julkinen Osakeyhtiö",
    "Iceland": "hf; ehf; ohf; slhf",
    "Estonia": "OÜ; Osaühing; Aktsiaselts",
    "Latvia": "SIA; Akciju Sabiedrība",
    "Lithuania": "UAB; Uždaroji akcinė bendrovė; VšĮ",
    "Poland": "sp. z o.o.; z o.o.; sp. j.; sp. k.; sp. z o.o. sp. k.; sp. p.; S.K.A.; Spółka Akcyjna; spółka z o.o.;"
    " spółka z ograniczoną odpowiedzialnością; spółka jawna; spółka komandytowa",
    "Czechia": "s.r.o.; spol. s r.o.; spol. s.r.o.; a.s.; v.o.s.; společnost s ručením omezeným; akciová společnost",
    "Slovakia": "spoločnosť s ručením obmedzeným; akciová spoločnosť; s.r.o.",
    "Hungary": "Kft; Zrt; Nyrt; Kkt; Korlátolt Felelősségű Társaság; Zártkörűen Működő Részvénytársaság;"
    " Nyilvánosan Működő Részvénytársaság",
    "Slovenia, Croatia, Serbia, Bosnia": "d.o.o.; d.d.; j.d.o.o.; a.d.; d.n.o.; d.o.o. Beograd; d.o.o. Zagreb;"
    " društvo s ograničenom odgovornošću; delniška družba; akcionarsko društvo",
    "North Macedonia, Montenegro, Albania": "DOOEL; DOO; SHPK; Sh.p.k.; Sh.a.",
    "Bulgaria": "EOOD; OOD; EAD; AD; ЕООД; ООД; ЕАД; АД",
    "Romania, Moldova": "SRL; S.R.L.; SRL-D; Societate pe Acțiuni; ICS SRL",
    "Greece, Cyprus": "AE; EPE; IKE; OE; ABEE; AEBE; Α.Ε.; Ε.Π.Ε.; Ι.Κ.Ε.; Μ.Ι.Κ.Ε.; SMSA; Ανώνυμη Εταιρεία",
    "Malta": "p.l.c.; plc; Ltd",
    "Turkey": "A.Ş.; Ltd. Şti.; Anonim Şirketi; Limited Şirketi; San. ve Tic. A.Ş.; San. ve Tic. Ltd. Şti.;"
    " Sanayi ve Ticaret A.Ş.; Sanayi ve Ticaret Ltd. Şti.; San. Tic. Ltd. Şti.; San. Tic. A.Ş.; T.A.Ş.",
    "Russia, Belarus, Kazakhstan": "OOO; OAO; ZAO; PAO; PJSC; OJSC; CJSC; JSC; Joint Stock Company; LLP;"
    " Public Joint Stock Company; Open Joint Stock Company; Closed Joint Stock Company",
    "Ukraine": "TOV; PrJSC; PrAT; LLC; Private Joint Stock Company",
    "Georgia, Armenia, Azerbaijan": "LLC; CJSC; OJSC; MMC; QSC; ASC",
    "Israel": 'בע"מ; חל"צ; Ltd',
    "United Arab Emirates": "FZE; FZCO; FZ LLC; FZC; DMCC; DWC LLC; PJSC; PrJSC; LLC SOC; ش.ذ.م.م; ذ.م.م; ش.م.ع",
    "Saudi Arabia, Kuwait, Qatar, Bahrain, Oman": "WLL; W.L.L.; BSC; BSC c; KSC; KSCP; KSCC; QSC; QPSC; SAOG; SAOC;"
    " SJSC; SPC; ذ.م.م; ش.م.ب; ش.م.ك; ش.م.ق",
    "Egypt, Lebanon, Jordan": "SAE; S.A.E.; SAL; S.A.L.; SARL; ش.م.م; ش.م.ل; PSC",
    "Morocco, Algeria, Tunisia": "SARL AU; SPA; EURL; SUARL; SA",
    "South Africa": "Pty Ltd; (Pty) Limited; Pty; CC; NPC; SOC Ltd; RF Ltd; RF Pty Ltd; Proprietary Limited;"
    " SOC Limited",
    "Nigeria, Ghana, Kenya": "PLC; Nig Ltd; Nigeria Ltd; GH Ltd; Ltd GTE",
    "Australia, New Zealand": "Pty Ltd; Pty Limited; Proprietary Limited; No Liability; Pty; Tapui Limited",
    "India": "Pvt Ltd; Pvt. Limited; Private Limited; Private Ltd; (P) Ltd; (P) Limited; OPC Pvt Ltd;"
    " OPC Private Limited; (India) P Ltd; LLP; लिमिटेड; प्राइवेट लिमिटेड",
    "Pakistan, Bangladesh, Sri Lanka": "SMC Pvt Ltd; SMC Private Limited; Pvt Ltd; PLC; (Guarantee) Limited",
    "Singapore": "Pte; Pte Ltd; Pte Limited; Private Limited; LLP",
    "Malaysia, Brunei": "Sdn Bhd; Bhd; Berhad; Sendirian Berhad; PLT",
    "Indonesia": "Tbk; Persero; Persero Tbk; Perseroan Terbatas",
    "Philippines": "Inc; OPC; Corp",
    "Thailand": "PCL; Public Company Limited; Co Ltd; Company Limited",
    "Vietnam": "JSC; Joint Stock Company; Co Ltd; TNHH; TNHH MTV",
    "China, Hong Kong, Taiwan": "Co Ltd; Company Limited; Corp Ltd; Inc Ltd; LLC",
    "Japan": "KK; K.K.; GK; G.K.; YK; Kabushiki Kaisha; Kabushiki Gaisha; Godo Kaisha; Yugen Kaisha; Co Ltd",
    "Korea": "Co Ltd; Jusik Hoesa; Yuhan Hoesa",
    "Mexico": "SA de CV; SAB de CV; SAPI de CV; SAPI; SAB; S de RL; S de RL de CV; SA de CV SOFOM ENR;"
    " SAPI de CV SOFOM ENR; SPR de RL; S de RL MI; Sociedad Anónima de Capital Variable; SA de RL de CV",
    "Brazil": "Ltda; S/A; EIRELI; Ltda ME; Ltda EPP; Eireli ME; Eireli EPP; MEI; SLU; Sociedade Limitada; Cia Ltda;"
    " e Cia Ltda",
    "Argentina, Uruguay, Paraguay": "SRL; SAIC; SACI; SACIF; SAICF; SAU; SAS; SACIFIA; SAECA",
    "Chile": "SpA; Limitada; Ltda; EIRL; SA; y Cía Ltda; Cía Ltda",
    "Colombia, Ecuador": "SAS; S en C; SCA; Cía Ltda; Cía; SAS BIC; SA ESP; SA BIC; SAS ESP",
    "Peru, Bolivia": "SAC; SAA; EIRL; SRL; SCRL; S.R.Ltda",
    "Central America, Caribbean": "SA; S de RL; SRL; Ltd; NV; y Cía SA; EIRL",
}

# Forms that are written before the name, safe to read in Latin letters. "AO", "AS", "AB", "SC" and "SIA" are not:
# "AO Smith", "AS Watson", "AB InBev", "SC Johnson" and "SIA Engineering" are names.
LEADING_FORMS: Final = (
    "PT; OOO; OAO; ZAO; PAO; UAB; Kabushiki Kaisha; Kabushiki Gaisha; Aktiebolaget; Công ty TNHH; Công ty TNHH MTV;"
    " Công ty Cổ phần; Công ty CP; CTCP; PJSC; OJSC; CJSC; JSC; LLC"
)

# Written as words of their own, before or behind the name, in their own letters; read before transliteration, where
# "АО" and "AO" are still two things.
CYRILLIC_FORMS: Final = (
    "ооо; оао; зао; пао; ао; нао; ип; тоо; тов; тзов; прат; пат; ат; оод; одо; чп; фоп; пп; гуп; фгуп; муп; ано;"
    " общество с ограниченной ответственностью; публичное акционерное общество; акционерное общество;"
    " закрытое акционерное общество; открытое акционерное общество; товариство з обмеженою відповідальністю;"
    " товарищество с ограниченной ответственностью; публічне акціонерне товариство; приватне акціонерне товариство"
)

# Written against the name without a space; longest first, so that the shorter never leaves half of the longer.
ATTACHED_FORMS: Final = (
    "股份有限公司", "股份有限責任公司", "有限责任公司", "有限責任公司", "特定非営利活動法人", "一般社団法人",
    "一般財団法人", "公益財団法人", "公益社団法人", "有限公司", "株式会社", "株式會社",
    "有限会社", "合同会社", "合資会社", "合名会社", "유한책임회사", "주식회사",
    "유한회사", "(株)", "(有)", "(合)", "(주)", "(유)",
    "บริษัทจำกัด", "จำกัด (มหาชน)", "จำกัด(มหาชน)", "ห้างหุ้นส่วนจำกัด", "บริษัท", "จำกัด",
)  # fmt: skip

# Abbreviations of a form that are never a word of a name; these go from the middle too ("Dell Inc. of Canada").
INNER_FORMS: Final = "Inc; Ltd; Ltée; LLC; GmbH; ULC; Corp; PLC; LLP; Pvt; Pty; Pte; Ltda; Sdn; Bhd"
