package draft

import "kupuya/internal/privacy"

// What a list is a list of.
const (
	listData       = "data"
	listPurposes   = "purposes"
	listRights     = "rights"
	listOperations = "operations"
	listRecipients = "recipients"
	listDuties     = "duties"
	listMeasures   = "measures"
	listPrinciples = "principles"
	listTerms      = "terms"
	listBases      = "bases"
	listSources    = "sources"
	listWays       = "ways"
	listStorage    = "storage"
)

// listWords are the words of headings, openings and columns that say what is
// listed below them.
var listWords = []entry{
	{
		id: listData,
		ky: "маалымат ~ тизме; маалымат ~ көлөм; маалымат ~ түрлөр; маалымат ~ курам; төмөнкү ~ маалымат; төмөндөгү ~ маалымат; кандай маалымат; кайсы маалымат; чогултул ~ маалымат; иштетил ~ маалымат; маалыматтарды ~ чогултат; маалыматтарды ~ чогултабыз; маалыматтарды ~ иштетет; жеке маалыматтар; төмөнкү дайын; маалыматтарды алат; биз чогулт",
		ru: "следующ ~ данн; следующ ~ сведен; следующ ~ информац; перечень ~ данн; перечень ~ сведен; состав ~ данн; категори ~ данн; каки ~ данн; каки ~ сведен; какую ~ информац; вид ~ данн; обрабатыва ~ данн; обрабатыва ~ сведен; собира ~ данн; собира ~ сведен; собира ~ информац; объем ~ данн; персональны ~ данны; данные абонент; данные пользоват; мы собира; получа ~ сведен",
		en: "following ~ data|information; categories of ~ data; list of ~ data; types of ~ data; data ~ we|collected; information ~ we; what data; which data; we collect; personal data; what we collect",
	},
	{
		id: listPurposes,
		ky: "максат; эмне үчүн; үчүн ~ иштет; үчүн ~ колдон; үчүн керек; үчүн ~ пайдалан",
		ru: "=цель; =цели; =целей; =целях; =целям; =целями; для чего; зачем; использу ~ для; обрабатыва ~ для; данны ~ нужны",
		en: "purpose; why we; in order to; use ~ data|information ~ to|for; what for",
	},
	{
		id: listRights,
		ky: "субъекттин ~ укук; абоненттин ~ укук; укуктарыңыз; укугуңуз; укуктары; =укуктар; укуктан; укуктарды; укук ~ ээ; талап кылууга; =сиз ~ укуктуу; субъект ~ укуктуу; абонент ~ укуктуу; колдонуучу ~ укуктуу; укугу бар; укуктарын",
		ru: "права субъект; права абонент; права пользоват; права клиент; ваши права; субъект ~ вправе; субъект ~ имеет право; абонент ~ вправе; абонент ~ имеет право; пользовател ~ вправе; пользовател ~ имеет право; клиент ~ вправе; вы ~ вправе; вы ~ имеете право; вы можете; права",
		en: "your rights; rights of; subject ~ may|entitled; subscriber ~ may|entitled; user ~ may|entitled; you ~ right; you may; you can; rights",
	},
	{
		id: listOperations,
		ky: "төмөнкү ~ аракет; төмөндөгү ~ аракет; аракеттерди ~ жаса; аракеттердин ~ тизме; операция",
		ru: "следующ ~ действи; перечень ~ действи; действи ~ с ~ данн; операци; совершает; способы обработ",
		en: "following ~ actions|operations; operations; actions with ~ data",
	},
	{
		id: listRecipients,
		ky: "алуучулар; үчүнчү жак; үчүнчү тарап; кимге; кимдерге; өткөрүп бериши; өткөрүлүп бер; берилиши мүмкүн",
		ru: "получател; третьи ~ лиц; кому; переда ~ следующ; может передавать; передаются; раскрыва; предоставля ~ следующ",
		en: "recipient; third part; disclosed to; shared with; share ~ with; transferred to; whom",
	},
	{
		id: listDuties,
		ky: "милдеттүү; милдеттенет; милдеттери; кармоочу ~ милдет; оператор ~ милдет; кармоочу укуктуу; оператор укуктуу; компания укуктуу",
		ru: "обязан; обязуется; обязанност; держатель вправе; оператор вправе; компания вправе; общество вправе",
		en: "shall; undertakes; obliged; duties; obligations of",
	},
	{id: listMeasures, ky: "чаралар; коргоо ~ чара; коргойт", ru: "меры; мер ~ защит; мерами; защита обеспечив", en: "measures; safeguards; protect"},
	{id: listPrinciples, ky: "принцип; негизинде ~ жүргүз", ru: "принцип", en: "principles"},
	{id: listTerms, ky: "термин; түшүнүк; аныктамалар", ru: "термин; определени; понятия", en: "definitions; terms"},
	{id: listBases, ky: "укуктук негиз; негиздер", ru: "правов ~ основан; основани; на основании", en: "legal bas; grounds"},
	{id: listSources, ky: "булак; жолдор менен ал; кайдан", ru: "источник; способ ~ получен; откуда", en: "sources; how we obtain"},
	{id: listStorage, ky: "мөөнөт; канча убакыт; сактал", ru: "=срок; =сроки; сроков; срокам; как долго; храним", en: "retention; how long; =terms; kept for; storage period"},
	{id: listWays, ky: "жолдор ~ бири; жолдорунун бири; ыкмалар; кантип", ru: "одним из ~ способ; способ; каким образом", en: "one of ~ ways; ways; how to"},
}

// itemWeight is how much the items of a list say of what it is a list of.
const (
	openingWeight = 3.0
	headingWeight = 2.0
	outerWeight   = 2.0
	itemWeight    = 4.0
)

// speech is the vocabularies made ready for one language.
type speech struct {
	lists, categories, purposes, operations, rights, acceptance, channels vocabulary

	accepting, continuing, withdrawing, openEnded, asking, gathering, deletion, acts []pattern
}

var speeches = map[privacy.Lang]*speech{
	privacy.Kyrgyz: prepare(privacy.Kyrgyz), privacy.Russian: prepare(privacy.Russian), privacy.English: prepare(privacy.English),
}

func prepare(lang privacy.Lang) *speech {
	one := func(e entry) []pattern { return in(lang, []entry{e})[0].strong }
	return &speech{
		lists: in(lang, listWords), categories: in(lang, categoryWords), purposes: in(lang, purposeWords),
		operations: in(lang, operationWords), rights: in(lang, rightWords),
		acceptance: in(lang, acceptanceWords), channels: in(lang, channelWords),
		accepting: one(accepting), continuing: one(continuing), withdrawing: one(withdrawing),
		openEnded: one(openEnded), asking: one(asking), gathering: one(gathering), deletion: one(deletion), acts: one(acts),
	}
}

// openEnded are the words of a list that is not closed.
var openEnded = entry{
	ky: "чектелбестен; чектелбейт; жана башкалар; =ж =б; =ж =у =с",
	ru: "не ограничива; =и =др; =и =т =д; =и =т =п; =и =прочие; =и =иные; =и =другие =данные; =и =другие =сведения",
	en: "not limited to; and others; without limitation; and so on",
}

// asking are the words by which a sentence gives the subject a right.
var asking = entry{
	ky: "субъект ~ укуктуу; абонент ~ укуктуу; колдонуучу ~ укуктуу; =сиз ~ укуктуу; укугу бар; укугуңуз бар; талап кылса болот; талап кыла ал; талап кылууга укуктуу; сурап алса болот",
	ru: "субъект ~ вправе; субъект ~ имеет право; абонент ~ вправе; абонент ~ имеет право; пользовател ~ вправе; пользовател ~ имеет право; клиент ~ вправе; клиент ~ имеет право; вы вправе; вы имеете право; вы можете ~ потребовать|запросить|получить; вправе ~ потребовать|требовать|запросить",
	en: "subject ~ may|entitled; subscriber ~ may|entitled; user ~ may|entitled; customer ~ may|entitled; you have ~ right; right to; you may ~ request|ask|demand",
}

// gathering are the words of a sentence that says which data are taken.
var gathering = entry{
	ky: "чогулт; иштет; иштеп чыг; суралат; алабыз; сактайбыз; маалымат ~ ал; сурайбыз; сактайт; талап кыл",
	ru: "собира; обрабатыва; получа; запрашива; хранит; храним; сбор; обработк ~ следующ; указыва; предоставля",
	en: "collect; process; obtain; ask for; store; gather; receive; require",
}

// deletion are the words by which an account is deleted.
var deletion = entry{
	ky: "аккаунт ~ өчүр; кабинет ~ өчүр; эсептик жазуу ~ өчүр", ru: "удал ~ аккаунт; удал ~ учетн; аккаунт ~ удал; удал ~ личн ~ кабинет; удал ~ профил",
	en: "delet ~ account; clos ~ account; remov ~ account",
}

// acts are the words by which a law is cited.
var acts = entry{
	ky: "мыйзамына; мыйзамынын; мыйзамы; кодекс; токтом; жобосуна", ru: "закон; закона; законом; кодекс; постановлен; указ", en: "=law; =act; code; regulation",
}
