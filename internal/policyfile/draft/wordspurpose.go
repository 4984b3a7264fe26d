package draft

// purposeWords are the purposes that policies of operators name, with the basis
// that the words suggest to a lawyer.
var purposeWords = []entry{
	{id: "conclude", ky: "келишим ~ түз; келишимди түз; келишимге кол кой", ru: "заключен ~ договор; заключать ~ договор; заключить ~ договор; заключения договор; оформлен ~ договор", en: "conclud ~ contract|agreement; enter ~ contract|agreement"},
	{id: "perform", ky: "келишим ~ аткар; келишимди аткар; милдеттенме ~ аткар", ru: "исполнен ~ договор; исполня ~ договор; исполнить ~ договор; исполнять ~ договор; выполнен ~ договор; исполнен ~ обязательств", en: "perform ~ contract|agreement; perform ~ obligations; fulfil ~ contract"},
	{id: "personalise", ky: "жекелештир; сунуштама; жеке сунуш; ылайыкташтырылган сунуш; өзүңүзгө ылайык", ru: "персонализ; персональн ~ предложен; индивидуальн ~ предложен; рекоменда; подбор ~ предложен", en: "personali; recommend; tailored offer"},
	{id: "ads", ky: "жарнама; маркетинг; акция; жаңы сунуштар", ru: "реклам; маркетинг; акци; продвижен; розыгрыш", en: "advertis; marketing; promotion"},
	{id: "fraud", ky: "алдамчы; мыйзамсыз ~ пайдалан; мыйзамсыз ~ колдон; коопсузду; кыянат; мыйзамсыз аракет", ru: "мошеннич; незаконн ~ использ; злоупотреб; безопасност; неправомерн; несанкционир", en: "fraud; unlawful use; security; abuse; unauthori"},
	{id: "locate", ky: "жайгашкан жер ~ аныкт; турган жер ~ аныкт; жайгашкан ордун; телефон ~ издө; түзмөк ~ издө; түзмөг ~ издө", ru: "определен ~ местополож; определен ~ местонахожд; поиск ~ устройств; поиска телефон", en: "locat ~ device; find ~ device|phone; determin ~ location"},
	{id: "offices", ky: "жакынкы ~ борбор; жакын ~ борбор; жакынкы ~ офис; тейлөө борбор ~ жайгаш; борборлорунун жайгашкан жер", ru: "ближайш ~ офис; ближайш ~ центр; ближайш ~ салон", en: "nearest ~ office|centre|center|shop"},
	{id: "partners", ky: "өнөктөш", ru: "партнер", en: "partner"},
	{id: "statistics", ky: "статист; ээсизде", ru: "статист; обезличен ~ данн; обезличенн", en: "statistic; anonymi"},
	{id: "improve", ky: "талдоо; изилд; жакшырт; өркүндө; сапат; сурамжыло", ru: "анализ; исследован; улучш; совершенств; качеств; опрос; развити", en: "analys; research; improv; quality; survey; develop"},
	{id: "service_messages", ky: "кызматтык билдирүү; сырсөз ~ калыбына; кирүү код; ырастоо код; техникалык билдирүү", ru: "сервисн ~ сообщен; служебн ~ сообщен; восстановлен ~ парол; восстановлен ~ доступ; кода подтверж; технических сообщен", en: "service message; password recovery; recover ~ password|access; confirmation code"},
	{id: "requests", ky: "суроо талап; суроо талаб; =доо; доолор; доону; дооңуз; арыз; даттан; кайрылуу ~ кара; кайрылуулар; суроолор ~ жооп; суроолоруңуз", ru: "обращен; претензи; жалоб; запрос ~ абонент; рассмотрен ~ заявлен; ответ ~ вопрос", en: "handl|answer|consider|process ~ request|complaint|claim|enquir; complaint; answer ~ question; requests and"},
	{id: "feedback", ky: "кайтарым байланыш; абонент менен байланышуу; сиз менен байланышуу; сиз менен байланышып; байланышып туруу; кабарлашып туруу", ru: "обратн ~ связ; связ ~ с абонент|пользоват|клиент|вами; установлен ~ связ", en: "feedback; contact you|subscribers; communicat ~ with"},
	{id: "inform", ky: "маалымат ~ жөнөт; маалымат менен камсыз; кабарл; маалымдо; маалымда; билдирүү жөнөт; эскерт; маалымат берүү; маалымат берип; кабар берүү; кабар жөнөт", ru: "информиров; информирова; сообщать; сообщить; рассказ; уведомл; рассылк; направлен ~ сообщен; оповещ; предоставлен ~ информац", en: "inform; notif; newsletter; mailing; sending ~ information"},
	{id: "legal", ky: "мыйзам ~ милдет; мыйзам ~ талап; ыйгарым укук; укуктук документ; мыйзамда ~ каралган; мыйзамдарды аткар; мыйзамды аткар; мамлекеттик орган", ru: "требован ~ закон; обязанност ~ закон; исполнен ~ закон; полномочи; соблюден ~ закон; предусмотрен ~ закон; государственн ~ орган; юридическ ~ документ; правов ~ документ; что требует закон; по требован ~ закон", en: "legal obligation; required by law; comply ~ law; statutory; authorities; legal documents"},
	{id: "verify", ky: "тактыгын; толукту; тастыкт; идентификациял; текшер; өздүгүн аныкт; аныктыгын; ыраст", ru: "подтвержден ~ личност|достоверн|точност|данн; идентификац; верификац; проверк; установлен ~ личност; достоверност; аутентификац", en: "verif; confirm ~ identity|accuracy; identif; check ~ accura|complet; authenticat"},
	{id: "billing", ky: "эсептеш; төлөмдөр ~ эсеп; эсеп коюу; эсеп жаз; төлөмдөрдү; төлөмдү", ru: "биллинг; начислен; расчет ~ абонент|за; выставлен ~ счет; прием ~ платеж; учет ~ платеж; оплат ~ услуг; расчетов", en: "billing; charg ~ for; invoic; payments"},
	{id: "debt", ky: "карыз; өндүр", ru: "задолжен; взыскан; долг", en: "debt; collecti ~ of ~ debt; recover ~ debt"},
	{id: "loyalty", ky: "бонус; берилгенди; утуш", ru: "лояльност; бонус", en: "loyalty; bonus"},
	{id: "access", ky: "жеткилик бер; кирүүгө ~ мүмкүнч; кабинет; тиркемеге кирүү; каттоо; аккаунт ачуу; кирүү мүмкүнчүл", ru: "предоставлен ~ доступ; личн ~ кабинет; регистрац; доступ ~ к ~ сервис; вход ~ в", en: "provid ~ access; registration; sign in; access to ~ account|services"},
	{id: "serve", ky: "тейлө; тейле; кызмат ~ көрсөт; байланыш менен камсыз; кызматтарды берүү; кызматты көрсөт; туташтыр; маалымдама", ru: "обслужив; оказан ~ услуг; предоставлен ~ услуг; обеспечен ~ связ; подключен; справочн", en: "provid ~ services; serv ~ subscribers|customers; customer service; customer care; deliver ~ services; provision of ~ services"},
	{id: "delivery", ky: "жеткирүү; жеткирип", ru: "доставк", en: "delivery; deliver ~ to"},
	{id: "evidence", ky: "укук ~ коргоо; сотто; талаш", ru: "защит ~ прав; судебн; спор", en: "defend ~ claims; legal claims; court; disputes"},
	{id: "archive", ky: "архив", ru: "архив", en: "archiv"},
	{id: "other", ky: "башка максат; дагы башка", ru: "ин ~ цел; други ~ цел; иные; другая цель; иная цель", en: "other purpose; any other purpose; another purpose"},
}

// general are the purposes that many sentences name in passing; another that a
// sentence names as well says better what it is about.
var general = map[string]bool{"serve": true, "inform": true, "access": true, "other": true, "delivery": true, "fraud": true}

// basisHints are what the words of a purpose suggest as its basis; a lawyer decides.
var basisHints = map[string]string{
	"conclude": "contract", "perform": "contract", "personalise": "consent", "ads": "consent", "fraud": "law or legitimate-interest",
	"locate": "consent or law", "offices": "consent", "partners": "consent", "statistics": "legitimate-interest",
	"improve": "consent or legitimate-interest", "service_messages": "contract", "requests": "law", "feedback": "contract",
	"inform": "contract, and consent for advertising", "legal": "law", "verify": "law", "billing": "contract", "debt": "contract",
	"loyalty": "consent", "access": "contract", "serve": "contract", "delivery": "contract", "evidence": "legitimate-interest",
	"archive": "law", "other": "consent",
}
