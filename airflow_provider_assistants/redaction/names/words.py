# SPDX-License-Identifier: Apache-2.0
"""
The words that names of secrets are made of, by language; data only.

Words are written as their language writes them. Case and accents make no difference where they are used, and neither does
how a name joins its words, so ``clave de acceso`` stands for ``claveAcceso`` and ``CLAVE_ACCESO``: what only joins words
(:data:`JOINING`) is passed over.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ANSWERING_WORDS",
    "AUTH_WORDS",
    "CODE_QUALIFIERS",
    "CODE_WORDS",
    "COPULAS",
    "DESCRIBING",
    "DOING_WORDS",
    "JOINING",
    "KEY_PHRASES",
    "KEY_QUALIFIERS",
    "KEY_WORDS",
    "LOOSELY_NAMING_WORDS",
    "MEASURES",
    "NAMING_WORDS",
    "NO_SECRETS",
    "POINTING_WORDS",
    "SECRET_PHRASES",
    "SECRET_WORDS",
    "SETTINGS",
    "SETTINGS_ANYWHERE",
    "TOKEN_WORDS",
    "UNSPACED",
    "UNSPACED_SETTINGS",
    "VALUE_WORDS",
]

#: One of these words in a name makes it the name of a secret.
SECRET_WORDS: Final = """
    secret secrets cred password passwords passwd pwd pw sig passphrase passphrases passcode passcodes passkey
    pin pins pincode puk otp totp psk sas pgpass phpsessid jsessionid sessid authcode
    authorisation xsrf privkey
    authorization bearer credential credentials creds cookie cookies jwt jwts dsn hmac kubeconfig seedphrase mnemonic
    senha senhas segredo segredos credencial credenciais
    motdepasse contraseña contraseñas contrasenya secreto secretos credenciales
    identifiants mdp
    passwort passwörter kennwort kennwörter geheimnis zugangsdaten anmeldedaten
    wachtwoord wachtwoorden geheim inloggegevens toegangscode
    hasło hasła sekret sekrety poświadczenia
    şifre şifresi parola parolası
    segreto segreti credenziali
    lösenord passord adgangskode kodeord salasana hemlighet hemmelighed
    heslo heslá tajemství jelszó parolă parola lozinka zaporka slaptažodis parool salasõna
    пароль пароля пароли паролі парола пароли секрет секреты секрета секретный таємниця лозинка пинкод пін пин
    συνθηματικό συνθηματικά συνθηματικός μυστικό κωδικός κωδικοί
    contrasenia contrasenias contrasinal clef clefs lösen geslo gesla šifra salasana tunnussana slaptažodžiai parole
    şifrə fjalëkalimi lykilorð cyfrinair pasfhocal pasahitza wagwoord pasvorto nenosiri катандасы құпиясөз
    parol zugangswort privaatvõti salavõti portkod portkoden
    ovikoodi dørkode dørkoden haustürcode türcode torcode deurcode poortcode
    requirepass masterauth storepass keypass hasłem hasłu heslem паролем паролю паролями passworts kennworts parolanız şifreniz
    geheimcode geheimzahl losungswort codewort wachtzin codeword passwordet lösenordet lösenorden passordet passordene kodeordet
    adgangskoden adgangskoderne salasanan salasanasi salasanani salasanamme hesla heslu jelszava
    jelszót jelszavam jelszavát şifren şifremiz şifresini parolan parolamız lozinku lozinke lozinkom gesla geslom hasła
    slaptažodžio paroles paroli
    """  # noqa: S105 - words, not a password
#: Several words that make a secret together; also written as one.
SECRET_PHRASES: Final = (
    "mot de passe", "mots de passe", "phrase secrète", "palavra passe", "palavra de passe", "palabra secreta",
    "kata sandi", "mật khẩu", "parola d'ordine", "frase secreta", "code secret", "code d'accès", "código de acceso",
    "código de acesso", "código secreto", "codice di accesso", "kod dostępu", "код доступа", "код доступу",
    "учетные данные", "учётные данные", "облікові дані", "dane logowania", "données d'identification",
    "dados de acesso", "datos de acceso", "cod pin", "zugangscode", "kodeord", "service account", "connection string",
    "account sid", "twilio sid", "sip user", "sip username", "sip usernames", "sip auth", "sip login", "sip pass",
    "auth header", "auth headers", "auth user", "auth username", "auth code", "session id", "session ids", "session cookie",
    "access key id", "recovery code", "recovery codes", "backup code", "backup codes", "verification code",
    "verification codes", "basic auth", "keyfile dict", "keyfile json", "seed phrase", "secret id", "pass phrase",
    "κωδικός πρόσβασης", "κωδικός pin", "auth id", "account key", "chaîne de connexion", "cadena de conexión",
    "string de conexão", "mot passe", "palavra chave secreta", "kata laluan", "kata sandi", "tajne hasło", "sms code",
    "authorization header", "service role", "conn str", "magic word", "string data", "app certificate", "connect sid",
    "lockbox combination", "safe combination", "mã truy cập", "mã xác nhận", "mã bảo mật",
    "mot secret", "code word", "code words", "safe word", "security word", "pass word",
    "كلمة المرور", "كلمة السر", "مفتاح api", "رمز الوصول", "رمز الدخول", "المفتاح السري", "الرقم السري", "رمز التحقق",
    "गुप्त कुंजी", "api कुंजी", "מפתח api", "מפתח סודי", "קוד גישה", "비밀 키", "인증 키", "액세스 토큰", "보안 코드",
    "ficha de acceso",
    "رمز عبور", "کلمه عبور", "کلید api",
    "verbindungszeichenfolge", "ciąg połączenia", "строка подключения", "one time code", "signing seed",
    "código verificación", "código verificação", "código seguridad", "código segurança", "kod weryfikacyjny",
    "kod bezpieczeństwa", "kod aktywacyjny", "firma secreta", "dane dostępowe", "code verifier", "client assertion",
    "code for the gate", "code for the door", "code for the alarm", "code for the lockbox", "code for the safe",
    "code to the gate", "code to the door", "code to the alarm", "code to the lockbox", "code to the safe", "your code",
    "oauth verifier", "auth string", "auth value", "security answer", "secret answer", "seed words", "recovery phrase",
    "shared access signature", "snmp community", "snmp communities", "community string", "key material",
    "recovery question answer", "security question answer", "secret question answer", "challenge question answer",
)  # fmt: skip
#: Likewise in keys only: no sentence says them.
KEY_PHRASES: Final = (
    "client state",
    "secure value", "encrypted value", "secure string", "encrypted string", "access tok", "refresh tok", "auth tok",
    "private pem", "sonar login", "api tkn", "auth tkn", "access tkn", "key string", "login ticket", "keys base",
)  # fmt: skip
#: A token, unless it is one that a language model counts.
TOKEN_WORDS: Final = """
    token tokens jeton jetons jetonu gettone tokena tokenu tokeny tokenem токен токена токены токени διακριτικό τόκεν
    belirteç belirteci žeton
    """  # noqa: S105 - words, not a password
#: A key; a word beside it decides whether it is a secret.
KEY_WORDS: Final = """
    key keys chave chaves clave claves llave llaves clé clés cle cles schlüssel schluessel sleutel sleutels klucz klucze
    klucza kluczem ключом chiave chiavi anahtar anahtarı clau nyckel nøkkel nøgle avain klíč kľúč kulcs cheie kľúč ključ
    raktas võti nøkkelen nyckeln nøglen
    ключ ключа ключи ключі κλειδί khóa kunci
    """
#: A code; a word beside it decides whether it opens something.
CODE_WORDS: Final = (
    "code codes kod kodu kody код коды cod código codigo códigos codice codici kode koodi kood kód codi κωδικός koden"
)
#: What makes a code one that opens something.
CODE_QUALIFIERS: Final = """
    pass access security secret verification auth authorization authentication unlock door gate alarm entry activation
    mfa 2fa lock lockbox
    master fa pairing join host moderator disarm bypass override inlog aanmeld anmelde device setup
    duress panic installer mailbox elevator wifi wlan opener
    safe keypad login signin recovery backup passcode confirmation voicemail garage building vault
    acesso segurança secreto verificação confirmação ativação desbloqueio autorização autenticação recuperação
    acceso seguridad verificación confirmación activación desbloqueo autorización autenticación recuperación alarma puerta
    accès sécurité secret vérification confirmation activation déverrouillage autorisation porte alarme
    zugangs zugriffs sicherheits geheim geheimer geheimes bestätigungs verifizierungs freischalt aktivierungs tür entsperr
    toegangs beveiligings geheime verificatie bevestigings activerings deur ontgrendel
    dostępu bezpieczeństwa tajny weryfikacyjny potwierdzający aktywacyjny
    accesso sicurezza segreto verifica conferma attivazione sblocco доступа доступу безопасности секретный подтверждения
    belépési biztonsági megerősítő pristupni sigurnosni tilgangs sikkerhets pääsy turva vahvistus akses keamanan verifikasi
    confidentiel accés seguretat acces securitate bekräftelse přístupový bezpečnostní ověřovací prístupový
    активации πρόσβασης ασφαλείας åtkomst adgangs säkerhets sikkerheds hemlig přístupový güvenlik erişim doğrulama onay
    porta portão portaria cofre alarme garagem portón garaje cancello portone allarme cassaforte citofono
    portail immeuble coffre digicode drzwi bramy furtki domofonu alarmu kłódki sejfu двери домофона ворот подъезда сейфа
    сигнализации дверей воріт домофону haustür garagen alarmanlagen tresor tor schloss poort kluis voordeur dörr larm
    dør døra hälytys dveří brány kapı kapu ajtó riasztó ușii porții πόρτας συναγερμού pintu gerbang
    """
#: What makes a key one that opens something.
KEY_QUALIFIERS: Final = """
    api access secret private signing encryption auth service license account master shared subscription webhook session hmac
    ssh deploy host app application client admin security xi dev developer integration functions bot
    acesso secreta privada privado licença licencia acceso seguridad segurança segreta accesso privata licenza
    accès secrète secrete privée privee licence sécurité zugriff zugriffs zugang zugangs geheim geheimer privater privat lizenz
    sicherheits verschlüsselungs signatur toegangs toegang geheime privé privé beveiligings
    mestra maestra maître maîtresse haupt hoofd główny głowny sessão sesión sessie sitzungs sesji criptografia cifrado chiffrement
    encriptación szyfrowania versleutelings verschlüsselung assinatura firma handtekening podpisu cifratura
    integração integración intégration integratie integracji serviço servicio dienst usługi aplicação aplicación
    produktu produkt produto producto produit licentie apps
    openai anthropic claude groq azure gcp google gemini mistral cohere stripe sendgrid mailgun mailchimp airtable supabase
    firebase weaviate pinecone qdrant zapier ably twilio telnyx vonage plivo deepgram elevenlabs cartesia assemblyai playht
    hubspot salesforce pipedrive ghl calendly calcom notion slack telegram datadog newrelic sentry algolia maps mapbox
    vapi retell synthflow bland cloudflare aws paypal shopify posthog segment braintree
    sip db database wifi smtp ftp mail tls ssl rtmp stream serial activation anon crypto product aes rsa ed25519
    pgp gpg vpn wireguard preshared trunk gateway consumer server login signature write readonly provisioning recovery ingest
    merchant usuario utilisateur benutzer gebruiker użytkownika utente usuário cliente
    dostępu dostępowy prywatny tajny
    licencyjny erişim gizli özel lisans доступа доступу секретный приватный закрытый шифрования лицензии апи
    апі секретний закритий приватний мастер ліцензії
    tajni privatni pristupni přístupový tajný soukromý titkos privát secretă privată slaptas salainen yksityinen
    salajane gizli hemlig hemmelig privat πρόσβασης μυστικό ιδιωτικό åtkomst adgangs tilgangs přístupový titkos
    akses rahasia truy cập
    unseal sealing wlan wpa wpa2 router network
    """
#: Scripts that put no space between words: a name that holds one of these is that of a secret.
UNSPACED: Final = """
    密码 密碼 验证码 驗證碼 校验码 金鑰 权杖 權杖 通行码 密语 接口密钥 激活码 合言葉 暗唱番号 api鍵
    アクセスコード セキュリティコード 確認コード
    パスキー アクセス鍵 署名キー 暗号化キー 비번 패스워드 보안코드 접근코드 인증번호 인증코드 인증토큰 접속키 패스코드
    رمزالدخول المفتاحالسري مفتاحسري رمزالمرور رمزعبور کلمهعبور گذرواژه کلیدapi رمزالتحقق بياناتالدخول الرمزالسري
    कुंजी कूटशब्द סיסמת מפתחסודי קודגישה پاسورڈ পাসওয়ার্ড கடவுச்சொல் પાસવર્ડ પાસવર્ડ პაროლი գաղտնաբառ คีย์api โทเคน
    密码 密碼 口令 密钥 密鑰 秘钥 私钥 私鑰 令牌 凭证 凭据 憑證 授权码 機密 机密 访问码 存取碼
    パスワード パスコード パスフレーズ 暗証番号 暗号鍵 暗号キー 秘密鍵 秘密 シークレット トークン 認証情報 資格情報 認証キー
    アクセスキー apiキー
    비밀번호 암호 비밀 시크릿 토큰 자격증명 인증키 액세스키 접근키 api키 개인키
    كلمةالمرور كلمةالسر الرقمالسري مفتاحapi رمزالوصول סיסמה סיסמא מפתחapi אסימון
    पासवर्ड गुप्त टोकन รหัสผ่าน โทเค็น รหัสลับ
    解锁码 解鎖碼 开门码 開門碼 门禁码 門禁碼 通行碼 安全码 安全碼 動態碼 动态码
    解錠コード 開錠コード ドアコード 暗証コード 도어락번호
    출입코드 출입번호 현관번호 كلمةمرور كلمةسر رمزسري مفتاحسري مفتاحالوصول رمزالباب पासकोड पिनकोड एपीआईकुंजी
    """
#: In such a name they make a setting of the secret, or a count of tokens.
UNSPACED_SETTINGS: Final = """
    长度 長度 有效期 过期 過期 策略 类型 類型 数量 上限 最大 最小 個数 種類 期限 長さ ポリシー 名称 名前 提示 必须 启用 是否
    길이 만료 정책 유형 최대 개수 이름
    """

#: Names of something else that hold such a word.
NO_SECRETS: Final = (
    "parola chiave",
    "parole chiave",
    "palabra clave",
    "palavra chave",
    "secret santa",
    "secret sauce",
    "secret menu",
    "secret shopper",
    "secret garden",
    "cookie banner",
    "boarding pass",
    "pin drop",
    "ski pass",
    "season pass",
    "existing secret",
    "existing secrets",
    "pull secret",
    "pull secrets",
    "prior authorization",
    "prior authorizations",
    "prior auth",
)

#: Words that only join others.
JOINING: Final = (
    "de d da do das dos del della di du des der die la le el los las l of for the van voor od za για του από do"
)
#: Words that name a way of authentication: below such a key lies how, and with what.
AUTH_WORDS: Final = """
    auth oauth oauth2 authentication authenticator autenticação autenticación authentification authentifizierung
    anmeldung authenticatie uwierzytelnianie uwierzytelnienie kimlik autenticazione аутентификация автентифікація 认证 認証 인증
    """

#: Words that make a measure of what else were a token.
MEASURES: Final = """
    max maximum min minimum count counts limit limits per usage used window total totals budget length num number cost costs
    price prices rate size context input output prompt completion cached reasoning remaining average avg spent consumed
    quantity amount chunk overlap máximo máxima mínimo limite límite cantidad quantidade nombre anzahl grenze aantal liczba
    maks макс количество лимит maksimum
    """
#: Words at the end that make a setting of what else were a secret.
SETTINGS: Final = """
    enabled disabled required optional policy policies strategy type types kind length count limit limits ttl expires expire
    expired expiry
    expiration expiring at on in after before url uri urls uris endpoint endpoints timeout mode status state version
    rotation rotated algorithm
    alg cost costs price seconds second secs sec minutes minute mins hours hour days day weeks months years ms millis
    milliseconds bytes chars characters digits size age lifetime duration interval retries retry attempts attempt delay leeway
    command cmd margin validity window threshold since until date time timestamp valid invalid verified active visible public set
    configured present complexity strength min max minimum maximum behavior behaviour strategy method methods scheme schemes
    frequency rate sum total last four score index position order usage updated created changed left
    wrong incorrect mismatch missing copied forgotten
    algorithms policies strategies modes statuses capabilities
    level symbol decimals supported process helper encryption engine samesite httponly
    scan scanning scanner bucket counter rounds masking to
    """
#: Likewise at the end or, as many languages have it, at the beginning.
SETTINGS_ANYWHERE: Final = """
    tipo tipos longitud comprimento longueur durée duração duración validade validez vencimiento vencimento expiração expiración
    política politique ativo activo actif habilitado obrigatório obligatorio caducidad estado
    typ länge laenge dauer gültigkeit ablauf richtlinie aktiv lengte duur geldigheid verplicht długość dlugosc ważność czas
    wymagane тип длина срок политика durata lunghezza scadenza süresi uzunluğu
    """
#: Words at the end of what describes a secret or refers to it: only what looks like a key itself is one there.
DESCRIBING: Final = """
    name names id ids uuid label labels title description descriptions hint hints help message messages prompt prompts text note
    notes placeholder field fields header param params parameter parameters column columns variable variables var env source
    provider providers store manager backend path paths file filename location ref reference references arn owner scope scopes
    role group region domain domains host port format encoding prefix suffix style template question instructions rule rules
    pattern regex validation reset link page form screen button error errors warning flow request requests requirement
    requirements protocol grant issuer audience realm consent notice banner preferences settings class same site category
    categories count channel channels delivery sender recipient target targets tier plan quota permission permissions tag tags
    comment icon color period renewal history log audit event events generator validator module entity reminder
    schema schemas identity
    check checks ending digits profile standard storage detection handling caching exchange introspection issuance transport
    tracking revocation invalidation refreshing nome nombre nom naam nazwa имя название beschreibung descrição descripción tipo
    """

#: What stands between a secret's name and the secret in prose.
COPULAS: Final = (
    "is", "are", "was", "will be", "é", "es", "son", "est", "c'est", "sont", "ist", "lautet", "sind", "is:", "è", "jest", "to",
    "є", "je", "este", "är", "er", "on", "является", "это", "είναι", "是", "为", "為", "は", "が", "は、",
    "는", "은", "이", "가", "als",
    "equals", "set to", "of", "será", "fica", "olarak", "with", "using",
)  # fmt: skip

#: The member of a mapping that names what another member holds.
NAMING_WORDS: Final = """
    prop slot column flag arg argument item entity path bezeichnung flagname h
    name title key k n id header headername field fieldname param parameter variable var property label attribute
    attr option setting env
    nome nombre nom naam nazwa navn namn név ad adı chave clave clé schlüssel sleutel klucz имя название ключ όνομα
    名前 名称 名 キー 键 鍵 이름 키 campo champ feld veld pole cabeçalho cabecera encabezado
    """
#: The member that holds what another one names.
VALUE_WORDS: Final = """
    rows records cells quote snippet rhs body old new before after details answer answers t
    value values val vals v default content data contents text secret plaintext raw current initial
    valor valores valeur valeurs wert waarde wartość hodnota värde verdi værdi valore değer érték значение значения значення
    τιμή 值 値 값
    """
#: The member that often names what lies beside it, but as often says something else.
LOOSELY_NAMING_WORDS: Final = """
    heading
    code identifier slug caption placeholder what lhs left first ask prompt question q ref handle tag term subject about dt th
    pergunta pregunta frage vraag pytanie domanda
    """
#: The member that describes what another one holds, or says where on a page it goes.
POINTING_WORDS: Final = """
    description desc purpose comment control selector locator xpath target element widget input subcategory conf opt constant knob
    as for
    """
#: The member that often holds what one beside it names.
ANSWERING_WORDS: Final = """
    a is to digits dtmf right second reply response responses answer answers input encoded decoded decrypted elements children
    arg example examples sample given entered typed result results output outputs generated stored submitted resolved dd
    td definition schema constant const payload preset fixed literal
    resposta respuesta réponse antwort antwoord risposta odpowiedź
    """
#: What begins a name of what is done with a secret, such as that of a tool: ``verify_pin``.
DOING_WORDS: Final = """
    get check verify reset send ask create update generate validate fetch retrieve confirm change forgot forgotten lost
    request rotate revoke set add delete remove list read write handle refresh collect capture lookup find search look
    no missing invalid wrong expired need needs has is can should must when if how why where who
    """
