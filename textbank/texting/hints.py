"""What may be meant as a request: suggested to the volunteer, never acted upon. Tables only."""

from __future__ import annotations

HINTS = (
    "(?:fuck|fk|f|f\\w?ck|screw) (?:you|off|yourself|yourselves|your|all of you)|go fuck|go to hell|piss off"
    "|go away|get lost|shut up|stfu|kiss my ass|eat (?:shit|a dick)|suck (?:my|a|it)|buzz off|bug off"
    "|back off|bite me|die$|rot in hell|pound sand|kick rocks|get a life",
    "not interested(?! in (?!receiving|getting|this|these|your|any))|no interest|uninterested|(?:text|bother"
    "|spam|harass|annoy|find) (?:someone|somebody) else|(?:nobody|no one) (?:wants|asked)",
    "^(?:this is )?(?:a )?(?:spam|scam|enough|enough already|harassment|reported|blocked|block|junk|unwanted"
    "|knock it off|cut it out|deleted|give it a rest|bye felicia|borrado|take me|(?:lol|omg|haha) stop"
    "|stop (?:lol|omg|haha)|i want out|i want off|dnd|dont disturb|dnc|delete|delete please|no mas por hoy"
    "|(?:please )?end (?:this|it)(?: please| now)?)$",
    # Ours, or one that we gave: "lose the number, use the website".
    "lose the number",
    "stop this (?:shit|crap|bs|nonsense|madness|harassment)|(?:make|you) (?:this |it |them )?stop$",
    "report(?:ed|ing) (?:you|this|as|to)|block(?:ed|ing) (?:you|this|your)|(?:im|will|gonna) block\\w*"
    "|block me|sue you|lawyer|dont call registry|dont (?:call|text|contact) list",
    "(?:unsubscribed|opted out) already|i want this to stop$|^(?:im|we are|i am) done(?: with (?:you|this"
    "|these) ?\\w*)?$|(?:less|fewer|so many) (?:texts|messages)|might want to be removed",
    "(?:muchos|demasiados) {mensajes}\\b(?! de (?!ustedes))|acosando|^(?:estas |estan )?bloquead[oa]s?$"
    "|quien (?:les|te|le) dio (?:permiso|mi numero)",
    "no doy permiso|para no recibir|siguen (?:mandando|enviando|escribiendo)|tienen? hart[oa]"
    "|no me interesa nada",
    "thought (?:i|this) (?:\\w+ ){{0,2}}?(?:unsubscribed|opted out|removed|taken off|off (?:this|your|the)"
    "|stopped)",
    "ya (?:les|le|te) (?:dije|pedi|mande|escribi|he dicho|habia) |pedi que (?:me|no me|ya)"
    "|crei que me (?:habia|habian)",
    "(?:se puede|puedo|como|quiero|quisiera) (?:\\w+ )?(?:dejar|parar) de recibir|no (?:este|esten"
    "|estes) (?:ching|jod|molest|fastidi)\\w+",
    "(?:you|they|yall|people|still|all) (?:keep|keeps|still|are still) (?:texting|messaging|contacting"
    "|bothering|harassing|sending me {these}{texts}|sending (?:these|this))",
    "why (?:are|do|did|am) (?:you|i) (?:\\w+ ){{0,2}}?(?:text\\w*|messag\\w*|contact\\w*|getting|bother\\w*"
    "|harass\\w*)",
    "(?:sick|tired|fed up) (?:of|with) (?:\\w+ ){{0,2}}?(?:texts|messages|texting|you people)|too many texts"
    "|hate (?:these|your) texts",
    "(?:how|who|where|can|could|may|should|is|what|way) (?:\\w+ ){{0,6}}?(?:(?:i|we|to|me) (?:opt out"
    "|unsubscribe)(?! (?:of|from) (?!your|these|this|the (?:list|text)|all|text))|get (?:these|this"
    "|them) to stop|off (?:of )?(?:this|your|the) list|stop (?:(?:these|the|your) (?:\\w+ )?(?:texts"
    "|messages)|getting|receiving|texts|you|this$|these$|it$)|(?:i|we|to) be removed|get removed|make (?:this"
    "|it|these) stop|turn (?:this|these) off)",
    "(?:opt out|optout|unsubscribe)\\b(?! (?:of|from) (?!your|these|this|the (?:list|text)|all"
    "|text))(?! my)(?<!parents opt out)",
    "{quit} {texting} (?:my|our|her|him|them) ?\\w*",
    "(?:dont|never) call {me} (?:again|anymore|any more)|stop (?:calling|emailing) {me}"
    "|stop asking (?:me )?for (?:money|donations)",
    "(?:these|your) (?:\\w+ )?(?:texts|messages) (?:\\w+ )*?(?:stop|harassment|too much)",
    "stop (?:texting|messaging|spamming|(?:contacting|bothering|harassing)(?: (?:people|us|me|my|everyone"
    "|voters)\\b|$))|(?:dont|not|(?<!you )never) {contact} {me}(?! the)|leave {me} alone",
    "(?:remove|delete|erase|drop) (?:me|my (?:number|name))\\b|take me off\\b(?! guard| hold| speaker| mute)"
    "|unsubscribe my",
    "(?:take|remove) (?:my|our|his|her|him|them) (?:\\w+ ){{0,4}}?(?:off|from) (?:your|this"
    "|the) (?:\\w+ )?list|(?:take|remove|delete) \\w+ (?:off|from) your (?:\\w+ )?list",
    # Somebody else does not want them.
    "(?:take|remove|delete) (?:him|her|them) off$|doesnt (?:want|wish|need)(?: to (?:get|receive))? (?:your"
    "|these|any more"
    "|any of your) {these}{texts}|\\b(?:he|she|they) (?:doesnt|dont) want to (?:be (?:texted|contacted"
    "|bothered)|hear from you)",
    "{quit} (?:sharing|selling|giving|passing)(?: out| around)? (?:my|this) (?:\\w+ )?(?:number|info|data"
    "|information|name)|^(?:please )?(?:can|could|would) (?:you|you guys|you people|you all) not$",
    "(?:^|so |please |now )(?:knock it off|cut it out)$",
    "does stop|(?:reply|text|send|type|respond\\w*) (?:back |with )*stop",
    "never (?:asked for|signed up|subscribed|opted in)|didnt (?:ask for|sign up|subscribe|opt in)|no consent"
    "|dont (?:have|give|consent)(?: my)? (?:consent|permission|to (?:these|this|text))",
    "vete (?:al|a la)|vayan?se (?:al|a la)|ching(?:a|ue) |no chinguen?|no jod(?:an|as)|larguen?se|callen?se"
    "|que te jodan|hijos de",
    "(?:you|guys|people|all) (?:need to|better|have to|must|should) (?:stop|quit)(?:$| (?:please|now|this)\\b)",
    "^(?:ya )?no sigan?$|no (?:esten?|anden?) freg\\w+",
    "(?:cross|x|check|scratch) (?:me|my name|my number) off",
    "no need to (?:text|message|contact)|stop wasting (?:(?:my|your|our) time|my \\w+)",
    "^(?:i )?(?:dont want (?:this|these|them|it|any)|want out of this|take off|please take off)$"
    "|no longer interested|no soliciting|on the dont call list|dont reply",
    "dont need {these}{texts}{then_of_texts}",
    "^ni uno mas$|no me interesa$|no estoy interesad[oa]|por que (?:me|siguen?|sigues) (?:escrib|mand|envi"
    "|text|molest"
    "|contact)|acoso|es spam|ya me cansaron",
    "como (?:me|puedo) (?:doy|quito|salgo|borro|darme|quitarme|salirme|dejar)|(?:hart[oa]"
    "|cansad[oa]) de (?:\\w+ )?(?:mensajes|textos)|ya dejen",
    "deje?n? de (?:escrib|mand|envi|text|molest|llam)\\w*(?:me|nos)|no (?:me|nos) {contacte}\\b(?! a (?!mi"
    "|este))|no me llamen?(?: mas)?$|dar\\w* de baja$|para$",
    "quiero cancelar$|(?:quit|borr|sac|elimin|saqu)\\w+ a (?:mi|su) \\w+ de (?:la|su|sus|tu|esa|esta|las|esas"
    "|estas) listas?"
    "|los voy a (?:bloquear|reportar|denunciar|demandar)",
)
