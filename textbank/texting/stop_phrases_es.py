"""How people ask in a Spanish sentence not to be texted. Tables only, as in `stop_phrases.py`.

Spanish says who and when in the ending of a verb, so these are stems and endings: "no me manden", "no mandarme",
"dejen de mandarme", "que no me mandaran"; of usted, ustedes, tú and vos. A request is a verb, then small words, then
a word for texts or the end of the sentence: "no me mande la boleta" is none.
"""

from __future__ import annotations

from textbank.texting.stop_phrases import PARTS as ENGLISH
from textbank.texting.wording import one_of

# Verbs for what we do, by their conjugation, and with the spelling that "e" asks for.
_AR = (
    "(?:mand|envi|embi|reenvi|texte|text|mensaje|contact|molest|fastidi|hostig|acos|ching|incomod|perturb"
    "|bombarde|atosig|importun|habl|notific|spame|estorb|busc|agobi|satur|lleg|freg)"
)
_AR_E = (
    "(?:mand|envi|embi|reenvi|texte|text|mensaje|contact|molest|fastidi|hostigu|acos|chingu|incomod|perturb"
    "|bombarde|atosigu|importun|habl|notifiqu|spame|estorb|busqu|agobi|satur|llegu|frieg|friegu)"
)
_ER = "(?:escrib|jod|insist|interrump|remit)"
_INFINITIVE = f"(?:{_AR}i?ar|{_ER}[ei]r)"
_GERUND = f"(?:{_AR}i?ando|{_ER}i?endo)"
_GO_ON = "(?:sig(?:a[sn]?|ue[sn]?)|continue[sn]?|este[sn]?|ande[sn]?|seguir|estar|continuar|andar)"
_AGAIN = "(?:vuelva[sn]?|volver|vuelve[sn]?|volvais) a"
# Verbs of taking somebody off a list, with the endings of a command and of the infinitive.
_TAKE_OFF = (
    "(?:quit|sac|sa[kq]u?|kit|borr|elimin|rem(?:ue|o|u)[bv]|retir|tach|suprim|excluy?|descart|des(?:in|s?u"
    "|ub)?s?cri[bv]|anul|cancel|delete|desafili|desvincul|deshabilit|desactiv|bloque|baj)"
)
_COMMAND = "(?:e[sn]?|a[nsd]?)"
_TO_DO = "(?:ar|er|ir)"
_NUMBER = "(?:numero|num|telefono|fono|celular|cel|tel|movil|linea|nombre|contacto|informacion|info|datos)"
_SMALL = one_of("""
    mas, ma, nada, ya, nunca, jamas, ningun, ninguna, ninguno, otro, otra, otros, otras, tipo, tipos, clase, este
    esta
    estos, estas, esos, esas, ese, eso, esa, esto, sus, su, tus, tu, los, las, la, lo, el, de, en, por
    a mi(?= (?:mas|nunca|ya|ning|otr|por|est|es[eo]s|sus)\\w*\\b|$), a nosotros
    mismo, ni, un, una, algun, alguno, todo, todos, todas, tanto, tanta, tantos, tantas, via, medio, tipo
    politicos, malditos, mugrosos, dichosos, benditos, molestos, estupidos, tontos, cochinos, cosas, campana
    horribles, politica, aqui, cuenta, favor, otra, vez, nuevo, ustedes, cadena, masivos, innecesarios, puros
    pura, puras
""")
# Whom one speaks to, from Mexico to Puerto Rico.
_VOCATIVES = one_of("""
    pana, papi, mami, mano, manit[oa], herman[oa]s?, compadre, comadre, chic[oa]s?, nene, nena, socio, soci[oa]
    prim[oa]s?, parce, vato, bato, carnal, mae, loc[oa], don, dona, brother, mi amor, corazon, caballeros?
    varon, tio, vecin[oa]s?, colega, asere, mi gente, maje, cipotes?, chamac[oa]s?, jefe, jefa, licenciad[oa]
""")
_THEN = (
    ENGLISH["then"][: -len(")\\b)")]
    + "|que (?:ya|no|yo|es|me|soy|estoy|tengo|voto|vivo)|pues|tengo|soy|estoy|voy|se lo|les? (?:pido|ruego"
    "|suplico|agradez\\w+)|muchas gracias|mil gracias|mij[oa]|muchach\\w*|jovene?s?|compa|wey|guey"
    f"|{_VOCATIVES}|bola de"
    "|par de|oigan?|me tienen|es que|es una?|esto es|est[ea] es|de una vez|por amor|inmediatamente|ahorita"
    "|cuanto|lo antes|enseguida|urgente|y (?:no|ya|por|borr|quit|elimin|saqu|dej)\\w*|o l[oe]s?|o voy|o me"
    "|basta|dejen?|pinches?|hij[oa]s? de|saludos|bendiciones|atentamente|desgraciad\\w+|malparid\\w+|ratas?"
    "|rateros?|corrupt[oa]s?|comunistas?|conmigo|con nosotros|ustedes|usted|si no|o (?:proced|tom|hab|hare"
    "|pon|llam|report|denunc|demand|bloque|voy|me)\\w*|atte|agradezco|agradeceria|este (?:numero|telefono"
    "|celular))\\b)"
)
_TEXTOS = """
    mensajes, mensaje, mensajito, mensajitos, textos, texto, sms, texts, messages, msg, msgs, spam
    notificaciones
    notificacion, alertas
"""
# What we send, where it is said that we send it.
_MENSAJES = one_of(f"""{_TEXTOS}
    publicidad, propaganda, comunicaciones, comunicados, anuncios, promociones, encuestas, solicitudes, mugrero
    mugres, porqueria, porquerias, basura, tonterias, estupideces, pendejadas, chingaderas
    cochinadas, invitaciones, recordatorios, boletines, babosadas, idioteces, mamadas, payasadas, informacion
    text, msg, msgs, mensaje de texto
""")

PARTS = {
    "y_then": _THEN,
    # The tail of a command to write: whatever is small, then texts, this number or the end.
    "tail": (
        f"(?: {_SMALL})*(?: {_MENSAJES}(?!\\w)| (?:a|al|en|por|de) (?:este|esta|mi|mis|nuestro) (?:{_NUMBER}"
        f"|medio|via){_THEN}|{_THEN})"
    ),
    "contacte": (
        f"(?:{_AR_E}(?:i?e[sn]?|eis|i[ns]?)|{_ER}(?:a[sn]?|ais|ia)|text|{_AGAIN} {_INFINITIVE}(?:me|nos)?"
        f"|{_GO_ON} (?:{_GERUND}|{_INFINITIVE})(?:me|nos)?)"
    ),
    "contactara": f"(?:volvieran? a {_INFINITIVE}(?:me|nos)?|{_AR}i?(?:ara|ase)[sn]?|{_ER}i(?:era|ese)[sn]?)",
    "contactar": f"(?:(?:estar|seguir|andar|continuar|volver a) )?(?:{_INFINITIVE}|{_GERUND})",
    "seguir": f"(?:{_GO_ON}|{_AGAIN})",
    "escribir": "(?:mand|envi|escrib|texte|molest|contact|mensaje)(?:i?ando|i?endo|i?ar|ir)",
    "mandar": f"(?:{_INFINITIVE}|{_GERUND})",
    "mensajes": _MENSAJES,
    "textos": one_of(_TEXTOS)
    + "(?!\\w)(?! (?:de (?:odio|voz|audio|trump|mi|los|otr)|racist|contra|falsos|en (?:la|el) )\\w*)",
    "sus": (
        "(?>(?:los|las|la|el|sus|su|tus|tu|estos|estas|esos|esas|este|esta|ese|mas|de|tantos|tantas|tanto"
        "|tanta|todos|todo|toda|todas|esto|mis|mi|tipo|ningun|otro|otros|un|una|mismos|malditos|dichosos"
        "|politicos|con) )*"
    ),
    "en_paz": f"(?:en paz|tranquil(?:it)?[oa]s?|quiet(?:ec?it)?[oa]s?{_THEN}|de (?:{_INFINITIVE}|{_GERUND}))",
    "la_lista": (
        "(?:de|del) (?>(?:la|las|los|el|su|sus|tu|esta|estas|este|estos|esa|ese) )*(?:listas?|grupo|chat"
        "|mensajes|textos|notificaciones)(?!\\w)(?! de (?!textos|mensajes|contact|distrib))(?! del )"
    ),
    "lista": (
        "(?:(?:(?:de|del|en|desde) (?>(?:la|las|los|el|su|sus|tu|tus|esta|estas|este|estos|esa|esas|ese|toda"
        "|todas|todos|cualquier|maldita|bendita|vez|una|mugrosa|dichosa|vuestra|lista de) )*(?:listas?"
        "|listado|list|bases?|sistemas?|registros?|agenda|contactos?|directorio|grupos?|chat|campanas?"
        "|mensajes|textos|notificaciones|envios|distribucion|telefonos|archivos?|programa|suscripcion"
        "|servicio|cadena|plataforma|comunicaciones|propaganda|difusion|publicidad|spam|computadora|telefono"
        "|celular)(?!\\w)(?! del? (?:espera|invitad|voluntari|asist|boda|regalos|votante|candidat|compra"
        "|sabado|domingo|lunes|martes|miercoles|jueves|viernes|turno|evento|junta|reunion))"
        "|de (?:todo )?(?:aqui|ahi|alli|alla|esto|eso|todo)"
        "|(?:de|del) (?:esa|esta|ese|este|su|sus|tu|esas|estas) (?:vaina|babosada|cosa|mierda|porqueria"
        "|chingadera|pendejada"
        "|mensajeria|jodienda|basura|tonteria|estupidez|joda|cochinada)s?(?! de\\b))(?!\\w))"
    ),
    "quiteme": f"(?:{_TAKE_OFF}{_COMMAND} ?(?:me|nos|men)|(?:d[ae]|den|dad) ?(?:me|nos) de baja)",
    "quitarme": f"(?:{_TAKE_OFF}{_TO_DO}(?:me|nos)|dar(?:me|nos) de baja|salir(?:me|nos)?)",
    "quite": f"(?:{_TAKE_OFF}(?:{_COMMAND}|{_TO_DO}|(?:ara|iera)[sn]?)|(?:d[ae]n?|den?|dar) de baja)",
    "quitenlo": f"{_TAKE_OFF}{_COMMAND}lo",
    "quitelo": (
        f"(?:{_TAKE_OFF}(?:{_COMMAND}|{_TO_DO})l[oae]|(?:que |favor de )l[oae] {_TAKE_OFF}{_COMMAND})"
    ),
    "mi_numero": f"(?:a |tod[oa]s? )?(?:mi|mis|este|nuestro|esta) {_NUMBER}(?: de (?:telefono|celular|cel))?"
    f"(?: [yo] (?:mi )?{_NUMBER})?",
    "paren": (
        "(?:deje[ns]?|deja|dejad|dejar|dejara[ns]?|dejen|pare[ns]?|para(?= de )|parar(?= de )|cese[ns]?|basta"
        "|stop|alto|ya|detenga(?:n|se|nse)?|abste\\w+|evit(?:e|en|ar)|termine[ns]?)(?: ya| por favor| favor)*"
    ),
    "cancele": (
        "(?:(?:cancel|anul|suspend|termin|interrump|desactiv|apag|apagu)(?:e[sn]?|a[ns]?|ar|er|ir|o)"
        "|deten(?:er|gan?|gase)|pare[ns]?|parar)"
    ),
    "quiero": (
        "(?:(?:quiero|quisiera|queremos|deseo|deseamos|necesito|solicito|solicitamos|pido|pedimos|exijo"
        "|requiero|gustaria|(?:por )?favor(?: de)?|prefiero|preferiria|ruego|suplico|imploro|agradezco"
        "|agradeceria(?:mos)?|agradecere|agradezo|apreciaria|encantaria|pueden|(?<!se )puede|podrian?|podrias"
        "|puedes|podemos)(?: (?:que|mucho|muchisimo|por favor|ya|si|usted|ustedes|de favor|ser))*)"
    ),
}
PARTS = {**ENGLISH, **PARTS}

# Commands to us.
COMMANDS = (
    "(?:no|nunca|jamas|tampoco|ni)(?: mas| jamas)? (?:se )?(?:me|nos|le|les)(?: l[oa]s?)? {contacte}{tail}",
    "(?:no|nunca|jamas) (?:mande[sn]?|envie[sn]?|escriba[sn]?|reenvie[sn]?)(?: (?:mas|nada|ya"
    "|{mensajes}){tail}| (?:a|en) {mi_numero}{y_then})",
    "no (?:usen?|utilicen?) (?:mas |ya )?{mi_numero}{y_then}",
    "no {seguir} (?:{mandar}(?:me|nos)|{escribir}){tail}",
    "(?:no|nunca|jamas) (?:{seguir} )?{mandar}(?:me|nos){tail}",
    "(?:^|(?:(?:el|un) )?favor (?:de )?|porfavor |les? pido |solicito |pido |ruego |suplico |exijo "
    "|agradec\\w+ )no (?:volver a |seguir )?{escribir}{tail}",
    "(?:^|que |y |pues |porque |^ustedes |^uds |^ya )no (?:me )?(?:pueden|deben|tienen (?:que|derecho a"
    "|permiso de|permiso para|por que)) {contactar}(?:me|nos)?{tail}",
    "no (?:hace falta|es necesario|necesito|tienen?) que (?:me|nos) {contacte}{tail}",
    "no (?:necesitan?|hace falta|es necesario|tienen? que) (?:que )?{seguir} {mandar}(?:me|nos)",
    "no (?:se|te) (?:atrevan?|atrevas|les ocurra|le ocurra|te ocurra) (?:a |volver a )*{mandar}(?:me|nos)",
    "no (?:se |te )?(?:comuni[cq]\\w+|pongan? en contacto|contacten?)(?: mas| ya| nunca)* (?:con ?migo"
    "|con nosotros|a {mi_numero})",
    "no (?:me|nos) (?:molest|fastidi|incomod|chingu|jod|acos)\\w+ (?:mas|ya) con",
    "no (?:me )?(?:jodan?|chinguen?|molesten?|fastidien?)(?: mas)? con {sus}{mensajes}",
    "no (?:me|nos) (?:incluyan?|consideren?|tomen? en cuenta|cuenten?|agreguen?|pongan?) (?:mas )?(?:en|para"
    "|con) {sus}(?:{mensajes}|listas?|grupos?|campanas?)",
    "{paren} (?:de |con |a )?(?:estar |andar |seguir )?{mandar}(?:me|nos|melos|melas)\\b"
    "(?! (?:\\w+ ){{0,2}}?(?:cartas?|correos?|emails?|volantes?|folletos?|boletas?|flyers?|gente"
    "|facturas?|recibos?|paquetes?|revistas?)\\b)",
    "(?:{paren} (?:de|con)|evit(?:e|en|ar)|stop) (?:\\w+ y |estar |andar |seguir )?{mandar}(?: (?:a|en"
    "|por) {mi_numero}| con)? {sus}{mensajes}",
    "{paren} de (?:estar |andar |seguir )?(?:{mandar}l[oa]s|{escribir}){y_then}",
    "{paren} de (?:estar )?{escribir} (?:esto|eso|cosas)",
    "{paren} de (?:estar )?(?:{mandar} (?:a|en)|usar|utilizar) {mi_numero}",
    "no (?:quiero|autorizo|permito) que (?:usen?|utilicen?|tengan?) {mi_numero}",
    "{paren} de (?:estar |andar |seguir )?(?:ching|jod|molest|fastidi|acos|insist|texte|hostig|spame|fre[ig]|incomod"
    "|bombarde|atosig|importun|estorb|agobi|jering|hinch|amol|mensaje|notific)\\w+(?: la (?:paciencia|pita|vida))?"
    "{y_then}",
    "(?:me|nos) deje[ns]? {en_paz}",
    "deje?n?(?:a|e|en|ad|ar)?(?:me|nos) (?:ya )?{en_paz}",
    "deje?n? (?:a )?{mi_numero} en paz",
    "^para ya (?:con|de) {sus}{textos}",
    "(?<!no )(?:(?:cort|par|termin|acab)[ae]n?la|cort[ae]n?(?= con))(?: ya| por favor)* (?:con|de) {sus}{textos}",
    "{paren} (?:con )?(?:la|el|ese|esta|este) (?:jodienda|joda|fastidio|molestadera|chingadera|abuso|acoso"
    "|bombardeo|mamadera|mandadera|lata|tabarra) (?:con|de) {sus}{textos}",
    "(?:tienen?|les? queda|queda|esta) (?:terminantemente |totalmente )?prohibido {contactar}(?:me|nos){tail}",
    "(?:par|baj|dej)(?:en|e|a)le(?:n|s)? (?:ya )?(?:a|con|de) {sus}{mensajes}",
    "{quiteme}(?> ya| por favor| ahora mismo| inmediatamente)*(?: {lista}|{y_then})",
    "(?:^|{quiero} (?:me )?|por favor ){quitarme} {la_lista}",
    "(?:(?:el |un |por )?favor de|por favor|{quiero}) "
    + f"(?:{_TAKE_OFF}{_TO_DO}(?:me|nos)|dar(?:me|nos) de baja)"
    + " {lista}",
    "(?:que|(?:el |un |por )?favor de) (?:ya )?(?:me|nos) {quite}(?> ya| por favor)*(?: {lista}|{y_then})",
    "(?:me|nos) (?:pueden?|podrian?|puedes|podrias|hacen? el favor de) {quite}(?: {lista}|{y_then})",
    "(?:me|nos) {quite}(?: {lista}| (?:por favor|gracias)\\b)",
    "{quite}(?: ya| por favor)* {mi_numero}(?: {lista}|{y_then})",
    "(?:olvid|pierd)(?:e|en|a|an)(?:se|te)? (?:de )?{mi_numero}{y_then}",
    "(?:pon|ponga|pongan)(?:me|nos) en la lista de no (?:llamar|contactar|molestar|mandar|enviar)",
    "(?:{cancele}|cese[ns]?|cesar|evit(?:e|en|ar))(?: ya| por favor| de| con| a)* {sus}(?:(?:recepcion"
    "|envios?|entrega) (?:de|a) {sus})?(?:comunicacion(?:es)?|contacto|{textos}|sus?b?s?crip\\w+"
    "|servicio de {mensajes})",
    "cuantas veces (?:\\w+ ){{1,6}}?(?:stop|alto|que (?:no me|me|ya|dejen|paren))\\b",
)

# Wishes of the writer's own.
WISHES = (
    "{quiero} (?:me |nos )?(?:(?:den?|dar|darme|darnos) de baja(?:{y_then}| (?:a )?{mi_numero}| {lista})"
    "|(?:quit|sac|saqu|borr|elimin|remov|remuev)(?:ar|er|en?|an?)(?:me|nos)?(?: {mi_numero})? {lista}"
    "|{quitarme}{y_then}|(?:quit|borr|elimin|remov)(?:ar|er) {mi_numero}{y_then}"
    "|{cancele} {sus}(?:(?:recepcion|envios?) de {sus})?(?:sus?b?s?crip\\w+|{textos})|des(?:in|s?u"
    "|ub)?s?cri[bv]ir(?:me|nos)?|estar fuera {lista}|(?:quitad|sacad|eliminad|borrad)[oa]s? {lista})",
    "{quiero} (?:ya )?(?:(?:dejar|parar) de|no|nunca|no volver a|no seguir) (?:recibir|recibiendo){tail}",
    "{quiero} (?:no (?:me |nos )?{contactara}|dejara[ns]? de {mandar}|me (?:quit|sac|borr|elimin)ara[ns]?)",
    "no (?:quiero|queremos|deseo|deseamos|quisiera|necesito|necesitamos|pienso|acepto|me gustaria|(?:me"
    "|nos) interesa)(?: mas| ya| seguir| volver a| estar)* (?:recibir|recibiendo|recibirl[oa]s|recivir"
    "|resibir)(?:{tail}| de ustedes)(?! (?:mi|la|una|el|dinero)\\b)",
    "no (?:quiero|queremos|deseo|acepto|(?:me|nos) interesan?|autorizo|necesito(?= (?:sus|tus|estos"
    "|esos)))(?: ya)? {sus}(?:{textos}|propaganda|publicidad)(?! de (?:texto )?(?:voz|audio))",
    "no (?:tengo|tenemos) (?:ningun )?interes en (?:recibir|sus|estos) {sus}{mensajes}",
    "no l[oa]s (?:quiero|deseo|queremos)(?: mas)? recibir|{quiero} salirme de (?:esto|aqui|todo)",
    "no (?:les |le )?doy (?:mi )?consentimiento{y_then}",
    "no (?:estoy|estamos) interesad[oa]s? en (?:recibir|sus|estos) {sus}{mensajes}",
    "{quiero} ser (?:removid|eliminad|retirad|quitad|sacad|borrad|excluid|dad)[oa]s?(?: de baja)?(?: {lista}"
    "|{y_then})",
    "no (?:quiero|deseo|queremos|deseamos|autorizo|permito|consiento|acepto)(?: a)? que (?:me"
    "|nos) (?:{contacte}{tail}|(?:siga|este)n? llegando|lleguen?)",
    "no (?:quiero|deseo|queremos) (?:volver a )?(?:saber (?:mas |nada )*|nada )de (?:ustedes|usted|ti)",
    "no (?:quiero|deseo|quisiera|acepto|autorizo)(?: volver a| seguir)? (?:ser|siendo) (?:contactad|molestad"
    "|incluid|hostigad)[oa]s?",
    "no (?:quiero|deseo|queremos|quisiera)(?: ya| mas)* (?:estar|seguir|aparecer|figurar|pertenecer"
    "|formar parte)(?: mas| ya)* (?:(?:en|a|de) {sus}(?:listas?|grupos?|base|chat|sistema|mensajes)"
    "|recibiendo)",
    "no (?:tienen?|les doy|le doy|doy)(?: mi| el| ningun| su)* (?:permiso|consentimiento|autorizacion) (?:de"
    "|para|a)(?: que)? (?:me {contacte}|{contactar}(?:me|nos)|recibir {sus}{mensajes})",
    "no mas {sus}(?:{textos}|propaganda|publicidad)|^ni (?:un|una|1)(?: solo| sola)? {textos} mas{y_then}",
    "(?:revoc|retir|cancel)(?:o|amos|ar)? (?:\\w+ ){{0,3}}?(?:consentimiento|permiso|autorizacion)",
    "(?:basta|alto|ya estuvo(?: bueno)?|suficiente|cero)(?: ya)? (?:de|a|con) {sus}{textos}",
)

_STOP = "(?:stop|alto|baja|parar|para|no mas|basta|cancelar|unsubscribe)"
# They say that they have said so.
REMINDERS = (
    "(?<!no )(?:les|le|te|ya) (?:les |le |te )?(?:dije|dijimos|pedi|pedimos|he dicho|he pedido|habia dicho"
    "|habia pedido|solicite|suplique|avise|adverti|escribi|mande decir) (?:\\w+ ){{0,3}}?que (?:ya )?(?:no "
    "(?:me|nos) (?:{contacte}|{contactara})|(?:me|nos) {quite}|deje[ns]? de|dejara[ns]? de|pare[ns]?\\b)",
    "(?:llevo|tengo|llevamos|ando) (?:\\w+ ){{0,3}}?(?:respond|mand|pon|pus|escrib|contest|envi|dic)i?endo "
    "(?:\\w+ )?" + _STOP,
    "^(?:yo )?(?:puse|mande|escribi|envie|respondi|conteste) (?:la palabra )?"
    + _STOP
    + " (?:y (?:no|siguen?|otra|nada|me|hoy)|pero|varias|muchas|mil|\\w+ veces|ayer|hace|antes|la semana"
    "|el otro)\\b",
    "(?<!no )(?:ya|les|le) (?:les |le )?(?:puse|mande|escribi|envie|dije|respondi|conteste|teclee|texteee?"
    "|he puesto|he mandado|he escrito|he enviado|he dicho) (?:(?!si\\b|cuando\\b)\\w+ ){{0,3}}?"
    + _STOP
    + "(?=$| (?:y|pero|varias|muchas|mil|\\w+ veces|siguen?|porque|por favor|entiendan|otra|de nuevo|hace"
    "|ayer|antes|desde)\\b)",
)

# Complete only as their whole clause, courtesy aside.
SHORT_COMMANDS = (
    "no llamen? ni escriban?|ya no (?:manden?|escriban?|envien?)",
    "(?:quit|sac|elimin|borr|remov)(?:ar|er) {lista}|(?:borrar|eliminar|quitar|remover) (?:mi )?numero",
    "{quitarme}(?: {lista})?|{quiteme}",
    "(?:me )?doy de baja|darse de baja|(?:quiero|solicito|pido|deseo) (?:la |mi "
    "|una )?baja(?: de {mi_numero})?|pare[ns]? (?:esto|eso)",
    "(?:deje[ns]?|deja|deje|pare[ns]?|para|parale|parenle|detengan|termine[ns]?|cancele[ns]?|elimine[ns]?"
    "|borre[ns]?|quite[ns]?|cesen)(?: (?:ya|por favor|los mensajes|estos mensajes|sus mensajes|los textos"
    "|de una vez|con eso|con esto))+",
    "{paren} de (?:estar |andar |seguir )?{escribir}(?: mas| ya)*",
    "(?:{cancele}|quiten?|terminen?) (?:ya )?(?:esto|eso)",
    "(?:baja|cancelacion|desactivacion) (?:de|del) {sus}(?:{textos}|servicio|lista)",
    "(?:les?|te) (?:pido|suplico|ruego|imploro|exijo) que (?:ya )?(?:paren?|dejen?|cesen?)",
    "(?:ya )?no insistan?(?: mas)?",
    "(?:ya )?no (?:me )?(?:fastidie[ns]?|frieg(?:ue)?[ns]?)(?: mas| ya)?",
    "(?:ya )?(?:paren|pare|parale|parenle|paralen|detengan|detenganse|detengase|detente|cancelen|cancele"
    "|eliminen|dejen ya|no (?:manden?|escriban?|envien?|texteen?|molest(?:en|e|es|ar)|me molest(?:en|e|es)"
    "|contactar))(?: mas)?",
    "ya no mas|suficientes? {textos}|desuscribir(?:me|se)|desuscripcion|desinscripcion|sin mensajes"
    "|no mensajes|no textos?",
)
