package draft

// operationWords are the thirteen operations and the kinds of two of them.
var operationWords = []entry{
	{id: "collect", ky: "чогулт; жыйноо; жыйна", ru: "сбор; собира; собрат", en: "collect; gather"},
	{id: "record", ky: "=жазуу; =жазууга; =жазууну; жазып алуу; =жазат; =жазып; каттоого; =каттоо", ru: "=запись; =записи; записыва; записать", en: "record"},
	{id: "systematise", ky: "системалаш; тутумдаш; иретке келтир; иретте", ru: "систематиз", en: "systemati; organi"},
	{id: "accumulate", ky: "топто; топта; топтал", ru: "накопл; накаплив; накопит", en: "accumul"},
	{id: "store", ky: "сактоо; сакта; =сактоого", ru: "хран; сохран", en: "stor; keep; retain; retention"},
	{id: "clarify", ky: "такто; такта", ru: "уточн", en: "clarif; rectif; correct"},
	{id: "clarify.update", ky: "жаңырт; жаңыло", ru: "обновл; обновить; актуализ", en: "updat"},
	{id: "clarify.change", ky: "өзгөрт", ru: "изменен; изменя; измен", en: "chang; modif; alter; amend"},
	{id: "extract", ky: "чыгарууга; чыгаруу; чыгарып алуу; =чыгарат; алып чыгуу", ru: "извлеч; извлека", en: "extract; retriev"},
	{id: "use", ky: "пайдалан; колдонуу; =колдонот; =колдонууга", ru: "использ; применен", en: "=use; =using; =used; utili"},
	{id: "transfer", ky: "өткөрүп бер; өткөрүү; өткөрүп жибер", ru: "переда", en: "transfer; transmi; disclos"},
	{id: "transfer.distribute", ky: "тарат; жайылт", ru: "распростран", en: "distribut; disseminat"},
	{id: "transfer.provide", ky: "!өткөрүп|жеткилик|мүмкүнчүлүгүн|мүмкүнчүлүк =берүүгө|=берүү|=берүүнү|=берет|=берүүдө; сунуштоо", ru: "предоставл; предоставить", en: "provid; provision"},
	{id: "transfer.access", ky: "жеткилик бер; жеткиликтүүлүк бер; кирүү мүмкүнчүл; жетүү мүмкүнчүл; мүмкүндүк берүү; жеткиликтүү кыл", ru: "доступ", en: "access"},
	{id: "anonymise", ky: "ээсизде; жекесизде; атсызда; анонимде", ru: "обезлич; аноним", en: "anonymi; depersonali"},
	{id: "block", ky: "бөгөттө; блокто; тосмоло", ru: "блокир; заблокир; ограничен ~ обработ", en: "block; restrict"},
	{id: "delete", ky: "өчүр", ru: "удал", en: "delet; remov; eras"},
	{id: "destroy", ky: "жок кыл", ru: "уничтож", en: "destr"},
}

// rightWords are the rights of a subject.
var rightWords = []entry{
	{id: "access", ky: "тизмесин ~ суроо; маалымат ~ суроо; маалымат ~ алуу; маалымат ~ алууга; таанышуу; көчүрмө; тизмесин; маалыматтарды суроого; маалымат сура; кайсы маалымат; билүүгө; маалыматка ээ бол", ru: "получ ~ информац; получ ~ сведен; получ ~ копи; доступ ~ данн; знакомит; ознаком; запрос ~ информац|перечень|сведен; запрашив; перечень ~ данн; знать; узнать; запрос ~ копи; копи ~ данн; запрос ~ данн", en: "access ~ data; obtain ~ copy|information; copy of; request ~ list|information; know which; be informed"},
	{id: "rectify", ky: "такто; такта; оңдоо; түзөт; оңдот; туура эмес ~ оңдо", ru: "уточн; исправ; внесен ~ изменен; изменен ~ данн", en: "rectif; correct; clarif"},
	{id: "update", ky: "жаңыло; жаңырт", ru: "обновл; обновить; актуализ", en: "updat"},
	{id: "block", ky: "бөгөттө; блокто; иштетүүнү чекте; чектөө", ru: "блокир; заблокир; ограничен ~ обработ; ограничить ~ обработ; приостанов", en: "block; restrict"},
	{id: "destroy", ky: "жок кыл", ru: "уничтож", en: "destr"},
	{id: "delete", ky: "аккаунт ~ өчүр; өчүрүү; өчүрүүнү; өчүрүп; өчүрүңүз; өчүрө", ru: "удалить; удален; удалени", en: "delet; eras; remov"},
	{id: "dispute", ky: "ишенимсизди; мыйзамдуулугун ~ талаш; талашса; талашууга; талаша; так эмес; туура эмес болсо; мыйзамсыз деп; мыйзамсыз ~ эсепте", ru: "оспор; оспарив; недостоверн; неправомерност ~ обработ; счита ~ незаконн; счита ~ неверн; незаконност ~ обработ", en: "disput; contest; unreliab; inaccura; think ~ wrong; believe ~ unlawful|wrong"},
	{id: "withdraw", ky: "макулду ~ чакыр; макулду ~ кайтар; макулду ~ артка; макулду ~ баш тарт; чакыртып ал ~ макулду; чакырып ал; чакыртып ал", ru: "отозв ~ соглас; отзыв ~ соглас; отзыва ~ соглас; соглас ~ отозв; отказ ~ от ~ соглас", en: "withdraw ~ consent; revok ~ consent; consent ~ withdrawn"},
	{id: "object", ky: "каршы чыг; каршылык; каршы болу; каршы пикир", ru: "возраж; возразить", en: "=object; objection; objecting"},
	{id: "portability", ky: "башка ~ оператор ~ өткөр; башка ~ кармоочу; көчүрүп берүү; маалыматты ташуу; ташып өтүү", ru: "перенос; переносимост; передач ~ друг ~ оператор|держател", en: "portab; transfer ~ to ~ another"},
	{id: "complain", ky: "даттан; арыздан; сотко; ыйгарым ~ органга; агенттик", ru: "жалоб; пожалов; обжалов; =суд; судебн ~ защит; уполномоченн ~ орган; обратиться ~ в ~ орган", en: "complain; court; supervisory authority; lodge"},
	{id: "compensation", ky: "зыян ~ ордун; зыянды төлөт; моралдык зыян", ru: "возмещен ~ убытк|вред|ущерб; компенсац", en: "compensat; damages"},
}

// acceptanceWords are the ways of saying yes; the first three the platform has.
var acceptanceWords = []entry{
	{id: "sms", ky: "sms ~ код; смс ~ код; билдирүү ~ код; код ~ киргиз; код ~ жаз; бир жолку код; бир жолку сырсөз", ru: "код ~ sms; код ~ смс; код ~ сообщен; sms ~ код; смс ~ код; одноразов ~ парол|код; ввод ~ код; проверочн код; код подтвержд", en: "sms code; code ~ sms|text; one time code|password; confirmation code; entering ~ code", any: "=otp"},
	{id: "drawn", ky: "кол тамга ~ кой; кол тамга ~ тарт; колу менен ~ кол тамга; экран ~ кол; түзүлүш ~ кол тамга; түзмөк ~ кол тамга; кол тамгасын кой; экранга кол", ru: "собственноручн ~ подпис ~ экран|устройств|планшет; подпис ~ экран; подпис ~ устройств; подпис ~ стилус; рукописн ~ подпис; нарисова ~ подпис; подпис ~ сенсорн; графическ ~ подпис; подпис ~ планшет", en: "sign ~ screen|device|tablet; drawn signature; draw ~ signature; signature ~ screen|device|tablet; handwritten signature on"},
	{id: "tick", ky: "чымчыкча; белгиче; белги кой; =белгисин кой; белгилеп кой; кутуча", ru: "галоч; отметк; флаж; чекбокс; чек бокс; поставить знак; проставлен ~ знак", en: "tick; check box; checkbox; checkmark; check mark", any: "✓; ☑"},
	{id: "button", ky: "баскыч; кнопка; басуу менен", ru: "кнопк; нажат", en: "button; click; press"},
	{id: "paper", ky: "кагаз; жазуу жүзүндө", ru: "бумажн; письменн ~ форм", en: "on paper; in writing; written form"},
	{id: "qualified", ky: "электрондук кол тамга; санарип кол тамга", ru: "электронн ~ подпис; цифров ~ подпис; =эцп", en: "electronic signature; digital signature"},
	{id: "call", ky: "үн менен; чалуу аркылуу", ru: "устно; голосом; по телефон", en: "orally; by phone; by telephone"},
}

// accepting are the words of a clause that is about saying yes to the policy.
var accepting = entry{
	ky:   "макулду ~ билдир; кабыл ал; макул бол; макулдук бер; шарттар ~ макул; кошулат; кол коюу",
	ru:   "соглас; принима; принят; акцепт; присоедин; подтвержда",
	en:   "accept; agree; consent; acknowledg",
	weak: "",
}

// continuing are the words of continued use.
var continuing = entry{
	ky: "колдонууну улант; пайдаланууну улант; улантуусу; колдоно бер; пайдалана бер; колдонуп жүр; улантса",
	ru: "продолж ~ использ; продолж ~ пользов; дальнейш ~ использ; продолжа ~ использ; продолжен ~ использ; продолжен ~ пользов; использован ~ после; дальше пользу; пользу ~ и дальше; пользуетесь ~ после",
	en: "continu ~ use|using; further use; keep using; go on using; goes on using; carry on using; use ~ after",
}

// withdrawing are the words of a clause on taking a consent back.
var withdrawing = entry{
	ky: "макулду ~ чакыр; макулду ~ кайтар; макулду ~ артка; макулду ~ баш тарт; чакырып ал; чакыртып ал; кайра чакыр",
	ru: "отозв ~ соглас; отзыв ~ соглас; отзыва ~ соглас; соглас ~ отозв; соглас ~ отзыв; соглас ~ отозв; отзыв ~ производ|осуществ|оформл|направл; отозвать",
	en: "withdraw ~ consent; revok ~ consent; consent ~ withdrawn; withdrawal of consent; consent ~ revoked",
}

// channelWords are the ways by which a consent is taken back.
var channelWords = []entry{
	{id: "letter", ky: "=кат; кат жөнөт; =катты; =каты; кат менен; кат аркылуу; почта аркылуу; жазуу жүзүндө; арыз жөнөт; жазуу түрүндө; кат жолдо; почта менен", ru: "письм; по почт; почтов ~ отправл; письменн ~ заявлен; письменн ~ обращен; заказн; направлен ~ заявлен; в письменн", en: "letter; by post; by mail; written notice; in writing; postal"},
	{id: "app", ky: "тиркеме", ru: "приложен", en: "=app; application"},
	{id: "site", ky: "веб сайт; сайт; кабинет", ru: "сайт; кабинет", en: "website; web site; =site; account page"},
	{id: "sms", any: "=sms; =смс", en: "text message"},
	{id: "ussd", any: "=ussd; =юссд"},
	{id: "call", ky: "чалуу; чалып; чал ~ борбор; телефон аркылуу; телефонго; ишеним телефон", ru: "звонк; звонок; позвон; по телефон; контакт центр; колл центр; call центр", en: "=call; calling; by phone; call centre; call center; by telephone"},
	{id: "office", ky: "офис; тейлөө борбор; сатуу ~ борбор; тейлөө түйүн", ru: "офис; салон; центр ~ обслуж; лично явив; при личн", en: "office; shop; sales point; in person"},
	{id: "email", ky: "электрондук ~ почта; электрондук ~ дарек; электрондук кат; электрондук ~ дарег", ru: "электронн ~ почт; электронн ~ письм; электронн адрес", en: "email; e mail", any: "email"},
}
