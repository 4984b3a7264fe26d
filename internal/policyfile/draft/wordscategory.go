package draft

// categoryWords are the kinds of data that policies of operators name. Which of
// them a policy has, and in which order, it says itself.
var categoryWords = []entry{
	{
		id: "name",
		ky: "фамилия; аты жөн; =аты ~ атасынын; атасынын аты; толук аты; ысым; аты =фамилия",
		ru: "фамили; =имя; =имени; отчеств; =фио; =ф =и =о; инициал",
		en: "surname; last name; first name; full name; given name; patronymic; family name; =name|names",
	},
	{
		id: "birth_date",
		ky: "туулган күн; туулган жыл; туулган жер; туулган ай; =жашы; =жашыңыз; курак; туулган убак",
		ru: "дат ~ рожден; год ~ рожден; мест рожден; место рожден; =возраст; день рожден; дня рожден",
		en: "date of birth; birth date; birthdate; day ~ of birth; year of birth; =birth; place of birth; =age; birthday",
	},
	{
		id: "pin",
		ky: "идентификациялык ~ номер; идентификация номер; жеке номер; =пин; =инн; салык ~ номер",
		ru: "персональн ~ идентификац ~ номер; идентификацион ~ номер; =пин; =инн; индивидуальн номер налог; личн номер; =снилс",
		en: "personal identification number; identification number; tax number; national identifier; personal number; =pin; =inn; taxpayer",
	},
	{
		id: "document",
		ky: "өздүгүн|инсандыгын ~ документ; өздүк документ; инсандык күбөлү; паспорт; документтин|документинин реквизит; ид карт; айдоочулук күбөлү; өздүктү ~ документ; өздүк күбөлү",
		ru: "удостоверя ~ личност; паспорт; реквизит ~ документ; вид на жительств; водительск ~ удостоверен; =id карт; военн билет",
		en: "identity document; identity card; passport; id card; driving licence; document details; proof of identity", any: "=id =card",
	},
	{
		id: "child",
		ky: "баланын ~ маалымат; туулгандыгы ~ күбөлү; баланын ~ күбөлү; балдардын; баланын аты; жашы жете ~ маалымат; балаңыз",
		ru: "свидетельств ~ рожден; данн ~ ребенк; данн ~ дет; сведени ~ ребенк; сведени ~ дет; несовершеннолетн; имя ребенк",
		en: "birth certificate; child; children; minor's; minors",
	},
	{
		id: "face",
		ky: "бетинин ~ сүрөт; бетиңиз ~ сүрөт; жүзүңүз ~ сүрөт; жүзүнүн ~ сүрөт; жүздүн ~ сүрөт; фото сүрөт; биометр; манжа ~ изи|из; селфи; фотосүрөт; сүрөтүңүз; өзүнүн сүрөт",
		ru: "биометр; фотограф; фотоизображен; изображен ~ лиц; снимок лиц; снимк лиц; селфи; отпечат ~ пальц; =фото; фото лица",
		en: "biometric; face image; photograph; =photo; selfie; fingerprint; picture of ~ face; facial",
	},
	{
		id: "email",
		ky: "электрондук ~ почта; электрондук ~ дарек; электрондук ~ дарег; электрондук кат; имейл",
		ru: "электронн ~ почт; электронн адрес; адрес ~ электронн; имейл; почтов ящик",
		en: "email; e mail; electronic mail", any: "email; =mail; e mail",
	},
	{
		id: "payment",
		ky: "төлөм ~ маалымат; банк; төлөм карта; карта номер; картаңыздын номер; картанын номер; төлөмдөр; эсеп ~ калдык; толуктоо; төлөм; капчык; баланс",
		ru: "платеж; банковск; номер карт; номер ~ банковск ~ карт; платежн карт; оплат; остат ~ счет; баланс; кошел; расчетн счет; пополнен",
		en: "payment; bank account; card number; top up; balance; wallet; bank details; billing data",
	},
	{
		id: "contract",
		ky: "келишимдин номер; келишим ~ номер; тариф; кошулган кызмат; жеке эсеп; туташтырылган кызмат; келишим ~ маалымат; келишимдин маалымат",
		ru: "номер ~ договор; тариф; лицев счет; подключенн ~ услуг; данн ~ договор; сведени ~ договор; реквизит ~ договор; номер лицев",
		en: "contract number; tariff; customer account; services connected; subscribed services; contract details; account number",
	},
	{
		id: "sim",
		ky: "sim ~ номер; сим ~ номер; sim карт; сим карт", ru: "номер ~ sim; сим карт; sim карт", en: "sim card; sim number", any: "=iccid; =imsi; =esim",
	},
	{
		id: "msisdn",
		ky: "абоненттик ~ номер; телефон ~ номер; мобилдик ~ номер; байланыш ~ номер; уюлдук ~ номер; телефонуңуз ~ номер; чөнтөк телефон; номериңиз; телефону",
		ru: "абонентск ~ номер; номер ~ телефон; телефонн номер; мобильн номер; контактн телефон; номер абонент; номера телефон; =телефон",
		en: "phone number; telephone number; subscriber number; mobile number; =telephone; contact number; number of ~ phone", any: "=msisdn",
	},
	{
		id: "usage",
		ky: "керектелген ~ кызмат; колдонулган ~ кызмат; пайдаланылган ~ кызмат; кызмат ~ көлөм; трафик; чалуулар; чалуу ~ узакт; сүйлөшүү ~ узакт; чалуу ~ маалымат; сүйлөшүүлөр; байланыш ~ көлөм; билдирүүлөр ~ сан; пайдаланган ~ кызмат; канча ~ кызмат; канча ~ мүнөт; керектөө",
		ru: "объем ~ услуг; потреблен; трафик; детализац; сведени ~ соединен; данн ~ соединен; длительност ~ разговор|соединен|звонк|вызов; продолжительност ~ разговор|соединен|звонк|вызов; истори ~ звонк|вызов|услуг; количеств ~ звонк|сообщен|услуг|минут; использованн ~ услуг; об оказанных ~ услуг; звонках; сколько ~ услуг|минут|сообщен; количеств ~ услуг; расход ~ минут",
		en: "volume of ~ services; usage; how much ~ service; how many ~ minutes; traffic; call records; call detail; duration of ~ calls; consumption; services used; call history; calls made",
	},
	{
		id: "address_book",
		ky: "жазуу китепче; дарек китепче; телефон китепче; байланыштар тизме; контакт; дарек дептер; телефондогу байланыш",
		ru: "адресн ~ книг; телефонн книг; записн книж; контакты; список контакт; контактов ~ устройств; контакт ~ телефонн",
		en: "address book; phone book; contact list; contacts stored; =contacts; contacts on",
	},
	{
		id: "automatic",
		ky: "автоматтык ~ берил; автоматтык ~ жөнөт; автоматтык ~ чогул; автоматтык ~ алын; куки; автоматтык түрдө",
		ru: "автоматическ ~ переда; автоматическ ~ собира; автоматическ ~ получа; =куки; файл cookie; автоматически; техническ ~ журнал; лог файл; сетев ~ адрес",
		en: "automatically; ip address; log files", any: "=ip; cookie; cookies; =mac",
	},
	{
		id: "device",
		ky: "түзмөк; түзмөг; түзүлүш; браузер; операциялык система; операциялык тутум; аппарат; телефондун модел; телефон ~ модел; кирген убакыт; кирүү убакт",
		ru: "устройств; браузер; операционн систем; модел ~ телефон; аппарат; верси ~ приложен; идентификатор ~ оборудован; время доступ",
		en: "device; browser; operating system; handset; user agent; access time; app version", any: "=imei; user agent",
	},
	{
		id: "location",
		ky: "жайгашкан ~ жер; жайгашкан жер; турган жер; геолокац; геомаалымат; координат; кайда экен; турган ордуңуз; ордун аныкт",
		ru: "местоположен; местонахожден; геолокац; геопозиц; геоданн; координат; место нахожден; мест нахожден; базов ~ станц",
		en: "location; geolocation; coordinates; whereabouts; position of", any: "=gps",
	},
	{
		id: "address",
		ky: "дарег; дарек; жашаган ~ жер; прописка; катталган ~ жер; турак жай",
		ru: "адрес ~ прожив; адрес ~ регистр; адрес ~ пребыв; адрес ~ жительств; мест ~ жительств; место ~ прожив; место ~ пребыв; почтов ~ адрес; прописк; =адрес; =адреса; =адресом",
		en: "residential address; home address; postal address; address of residence; =address; place of residence; registered address",
	},
	{
		id: "activity",
		ky: "активдүү; тиркемедеги ~ аракет; аракеттериңиз; баракчалар ~ көр; көргөн барак; издөө тарых; тиркемени колдонуу ~ маалымат; иш аракет",
		ru: "активност; действия ~ приложен; действиях ~ приложен; просмотр ~ страниц; истори ~ просмотр|посещен|поиск; посещенн страниц; поведени",
		en: "activity; browsing history; actions in ~ app; pages viewed; search history; behaviour; behavior",
	},
	{id: "gender", ky: "=жынысы; жынысыңыз; =жынысын", ru: "=пол; =пола; половая принадлеж", en: "=sex; gender"},
	{id: "citizenship", ky: "жаранды; жараны", ru: "гражданств; подданств", en: "citizenship; nationality"},
	{
		id: "special", ky: "ден соолу; улуту; диний; саясий көз; соттолгон; раса", ru: "состояни ~ здоров; о здоровье; национальност; религиоз; политическ ~ взгляд; судимост; расов; сведени ~ здоров",
		en: "health; ethnic; religio; political opinion; criminal record; racial",
	},
	{id: "family", ky: "үй бүлө; никеси; никеде", ru: "семейн; состав семьи", en: "marital; family status; household"},
	{
		id: "employment", ky: "иштеген жер; жумуш орду; жумуш ~ жер; кызмат орду; кесиби; кесип; билими ~ маалымат", ru: "мест ~ работ; место работ; должност; професси; образован; работодател",
		en: "employer; occupation; job title; profession; education; workplace",
	},
	{id: "income", ky: "кирешеси; киреше; айлык", ru: "доход; заработн плат", en: "income; salary"},
	{
		id: "voice", ky: "үн жазуу; үнүңүз; сүйлөшүү ~ жазуу; чалуулардын жазуу; үнүнүн; сүйлөшүүлөрдүн жазуу; телефон ~ жазуулар", ru: "запис ~ разговор; запис ~ голос; аудиозапис; запис ~ звонк; голосов",
		en: "call recording; voice recording; recordings of ~ calls; voice",
	},
	{id: "video", ky: "видео", ru: "видеонаблюд; видеозапис; =видео", en: "video; =cctv"},
	{
		id: "correspondence", ky: "кайрылуу ~ мазмун; кат алышуу; кайрылуулар ~ тарых; кайрылууларыңыз; билдирүүлөр ~ мазмун; чаттагы; кайрылуулар", ru: "содержан ~ обращен; текст ~ обращен; переписк; истори ~ обращен; содержан ~ сообщен; обращени ~ поддержк",
		en: "correspondence; contents of ~ messages; enquir; history of ~ requests; support requests; chat messages",
	},
	{id: "login", ky: "логин; сырсөз; колдонуучу ~ аты; аккаунт; эсептик жазуу", ru: "логин; парол; учетн ~ запис; аккаунт; имя пользовател", en: "login; password; username; user name; credentials"},
	{id: "preferences", ky: "кызыкчыл; каалоолор; артыкчылык; тандаган тил; тил тандоо", ru: "предпочтен; интерес; язык ~ общен; язык обслуж; настройк", en: "preference; interests; settings; language of"},
	{id: "social", ky: "социалдык тарма", ru: "социальн ~ сет", en: "social network; social media"},
	{id: "signature", ky: "кол тамга; кол коюу", ru: "подпис", en: "signature"},
	{id: "other", ky: "башка маалымат; башка дайын; дагы башка", ru: "ин ~ сведени; ин ~ данн; ин ~ информац; други ~ сведени; други ~ данн; прочие", en: "other data; other information; any other"},
}

// yields says which kinds are not what a clause is mainly about when it names
// another as well: an e-mail address is no postal one.
var yields = map[string][]string{
	"address":     {"email", "automatic", "device", "address_book", "location"},
	"contract":    {"payment"},
	"birth_date":  {"child"},
	"document":    {"child"},
	"face":        {"document"},
	"device":      {"automatic"},
	"login":       {"device", "automatic"},
	"preferences": {"activity"},
	"other":       {"name", "document", "address_book", "activity", "usage", "device", "payment", "location", "automatic", "msisdn", "email", "contract"},
}
