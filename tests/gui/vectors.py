"""Ways in which a mail reaches the net: a public collection, and what testers of mail programs try besides.

All of them want `leaking.via`; `led_to` leads them somewhere else.
"""

from __future__ import annotations

import json
import re

from gui.payloads import CORPORA

LEAKS = CORPORA / "leak-httpleaks" / "payloads.jsonl"
_AT = "https://own.leaking.via"

# After the list of the Email Privacy Tester, with what browsers have learned since.
_OWN = """
<img src="{}/image"> <img src="//own.leaking.via/image-without-scheme"> <img src="http:\\\\own.leaking.via/backslashes">
<img src="data:image/png;base64,xx" srcset="{}/srcset 1x"> <img lowsrc="{}/lowsrc" dynsrc="{}/dynsrc" longdesc="{}/longdesc">
<picture><source srcset="{}/picture-source"><img src="{}/picture"></picture>
<input type=image src="{}/submit"> <button formaction="{}/formaction">x</button>
<body background="{}/body-background"> <table background="{}/table-background"><td background="{}/cell-background">x</td></table>
<link rel=stylesheet href="{}/sheet"> <link rel="alternate stylesheet" href="{}/other-sheet"> <link rel=icon href="{}/icon">
<link rel=prefetch href="{}/prefetch"> <link rel=preload as=image href="{}/preload"> <link rel=modulepreload href="{}/module">
<link rel=dns-prefetch href="{}/dns"> <link rel=preconnect href="{}/preconnect"> <link rel=prerender href="{}/prerender">
<link rel=manifest href="{}/manifest"> <link rel=pingback href="{}/pingback"> <html manifest="{}/appcache">
<meta http-equiv=refresh content="0; url={}/refresh"> <meta http-equiv=Link content="<{}/link-header>; rel=stylesheet">
<meta http-equiv=Content-Security-Policy content="default-src 'none'; report-uri {}/report"><img src="x:">
<meta http-equiv=Set-Cookie content="a=b"> <meta name=msapplication-config content="{}/config">
<base href="{}/base/"><img src="image-under-base"><a href="#">x</a> <a href="{}/link" ping="{}/ping">x</a>
<iframe src="{}/frame"></iframe> <iframe srcdoc="<img src={}/frame-in-words>"></iframe>
<frameset><frame src="{}/frameset"></frameset> <object data="{}/object" type="text/html"></object>
<object><param name=movie value="{}/flash"></object> <embed src="{}/embed"> <applet code=x codebase="{}/applet"></applet>
<portal src="{}/portal"></portal> <fencedframe src="{}/fenced"></fencedframe> <bgsound src="{}/sound">
<audio src="{}/audio" autoplay></audio> <video src="{}/video" poster="{}/poster" autoplay></video>
<video><source src="{}/video-source"><track default src="{}/track"></video>
<script src="{}/script"></script> <script>new Image().src = "{}/from-script"; fetch("{}/fetch")</script>
<script>new WebSocket("wss://own.leaking.via/socket"); new RTCPeerConnection({iceServers:[{urls:"stun:own.leaking.via"}]})</script>
<script type=speculationrules>{"prefetch":[{"source":"list","urls":["{}/speculation"]}]}</script>
<script type=importmap>{"imports":{"x":"{}/map"}}</script><script type=module>import "x"</script>
<svg><image href="{}/svg-image"/><use href="{}/svg-use#x"/><feImage href="{}/svg-filter"/><script href="{}/svg-script"/></svg>
<svg><style>@import "{}/svg-import";</style><foreignObject><img src="{}/svg-foreign"></foreignObject></svg>
<svg><a href="{}/svg-link"><text>x</text></a><set attributeName=href to="{}/svg-set"/></svg>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{}/inside-svg'/></svg>">
<math href="{}/math"><mi xlink:href="{}/math-link">x</mi></math>
<?xml-stylesheet href="{}/xml-sheet"?> <!DOCTYPE x [<!ENTITY y SYSTEM "{}/entity">]>&y; <xml src="{}/xml-island"></xml>
<style>@import "{}/import"; @import url({}/import-url);</style>
<style>@font-face{font-family:z;src:url({}/font)}*{font-family:z}</style>
<style>@namespace url({}/namespace); @document url({}/document) {b{color:red}}\
 @counter-style z{system:cyclic;symbols:url({}/counter)}</style>\

<style>b{background:u\\72l({}/escaped)}\
 i{background:image-set("{}/image-set" 1x)}\
 u{background:-webkit-image-set(url({}/old-set) 1x)}</style>\
<b>x</b><i>x</i><u>x</u>
<style>li{list-style:url({}/list-style)}\
 b{cursor:url({}/cursor),auto}\
 i{border-image:url({}/border) 1}\
 u{mask:url({}/mask)}</style>\
<li><b>x</b><i>x</i><u>x</u>
<style>b{filter:url({}/filter#x)}\
 i{clip-path:url({}/clip#x)}\
 u{shape-outside:url({}/shape);float:left}\
 s{offset-path:url({}/path#x)}</style>\
<b>x</b><i>x</i><u>x</u><s>x</s>
<style>b::after{content:url({}/content)}\
 :root{--z:url({}/variable)}\
 i{background:var(--z)}\
 u{background:src("{}/src")}</style>\
<b>x</b><i>x</i><u>x</u>
<style>a:visited{background:url({}/visited)}\
 b{background:cross-fade(url({}/fade),red,50%)}\
 i{behavior:url({}/behavior);-moz-binding:url({}/binding#x)}</style>\

<style>@media all{b{background:url({}/media)}}\
 @supports (color:red){i{background:url({}/supports)}}\
 @layer x{u{background:url({}/layer)}}</style>\
<b>x</b><i>x</i><u>x</u>
<b style="background:url({}/style-attribute)">x</b> <b style="background:url(&quot;{}/style-entity&quot;)">x</b>\
 <b style="list-style-image:url({}/style-list)">x</b>
<form action="{}/form"><input name=x value=y autofocus><button>x</button></form> <isindex action="{}/isindex">
<command icon="{}/command"><menuitem icon="{}/menu-item"><layer src="{}/layer-tag"></layer><ilayer src="{}/ilayer"></ilayer>
<noscript><img src="{}/noscript"></noscript> <template><img src="{}/template"></template> <plaintext><img src="{}/plaintext">
"""


def own() -> list[str]:
    """One a line."""
    return [line.replace("{}", _AT) for line in _OWN.strip().splitlines()]


def public() -> list[str]:
    return [json.loads(line)["payload"] for line in LEAKS.read_text(encoding="utf-8").splitlines()]


def led_to(html: str, where: str) -> str:
    """`where`: host or host:port."""
    return re.sub(r"(?:[a-z][a-z0-9-]*\.)*leaking\.via", where, html)
