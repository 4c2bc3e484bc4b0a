"""Registrable domains: which part of a web address or e-mail address belongs to one owner.

The public suffix list is the snapshot that ships with tldextract: nothing is fetched and nothing is cached on disk, so
the same text gives the same domain on every machine and release.
"""

import re
from functools import cache
from typing import Final
from urllib.parse import unquote

import idna
import tldextract

# Registries that sell names one level down without being a country; the list counts them as private companies.
_SOLD_ONE_LEVEL_DOWN: Final = """
uk.com us.com eu.com de.com co.com gb.net br.com cn.com jpn.com ru.com sa.com za.com se.net uk.net jp.net hu.net in.net
gr.com mex.com africa.com za.bz co.nl co.no com.se
"""

# Hosts where many owners live under one registrable domain. Suffixes that the public suffix list calls private
# (github.io, herokuapp.com and hundreds more) are known from there. A company whose own people write from a domain of
# these is found by its name: a missed key costs a review, a shared key a wrong match.
_FREE_MAIL: Final = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com passport.com yahoo.com ymail.com rocketmail.com
yahoo.co.uk yahoo.co.jp yahoo.co.in yahoo.fr yahoo.de yahoo.ca yahoo.it yahoo.es yahoo.com.br yahoo.com.au
yahoo.com.mx yahoo.com.ar yahoo.com.sg yahoo.com.hk yahoo.com.tw yahoo.co.id yahoo.co.nz outlook.fr outlook.de
outlook.es outlook.it outlook.jp outlook.com.br hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es hotmail.ca
hotmail.be hotmail.nl hotmail.com.br hotmail.com.ar live.co.uk live.fr live.de live.nl live.ca live.be live.com.au
live.com.mx icloud.com me.com mac.com aol.com aim.com proton.me protonmail.com protonmail.ch pm.me tutanota.com
tutamail.com tuta.io tuta.com zoho.com zohomail.com zohomail.eu fastmail.com fastmail.fm hushmail.com hey.com mail.com
email.com usa.com gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.fr web.de freenet.de t-online.de online.de arcor.de
mailbox.org posteo.de posteo.net orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr
libero.it virgilio.it tiscali.it alice.it tin.it aruba.it pec.it legalmail.it telefonica.net terra.com.br uol.com.br
bol.com.br ig.com.br globo.com globomail.com mail.ru bk.ru list.ru inbox.ru internet.ru yandex.ru yandex.com ya.ru
rambler.ru ukr.net i.ua meta.ua wp.pl o2.pl onet.pl op.pl interia.pl gazeta.pl seznam.cz email.cz post.cz centrum.cz
centrum.sk azet.sk zoznam.sk freemail.hu citromail.hu abv.bg mail.bg inbox.lv inbox.lt qq.com foxmail.com 163.com
126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com 21cn.com naver.com hanmail.net daum.net nate.com
kakao.com rediffmail.com btinternet.com btopenworld.com sky.com virginmedia.com talktalk.net ntlworld.com
blueyonder.co.uk comcast.net xfinity.com verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net
earthlink.net optonline.net juno.com netzero.net frontier.com windstream.net shaw.ca sympatico.ca rogers.com telus.net
videotron.ca bell.net bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz telenet.be skynet.be ziggo.nl
kpnmail.nl kpnplanet.nl planet.nl hetnet.nl xs4all.nl home.nl bluewin.ch hispeed.ch telia.com telia.se comhem.se
bredband.net online.no broadpark.no tdcadsl.dk mail.dk docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com biglobe.ne.jp
ocn.ne.jp mailinator.com guerrillamail.com yopmail.com 10minutemail.com tempmail.com temp-mail.org trashmail.com
sharklasers.com dispostable.com
"""
_SITE_BUILDERS: Final = """
wix.com wixsite.com squarespace.com wordpress.com wordpress.org weebly.com blogger.com blogspot.com tumblr.com
jimdo.com jimdofree.com webnode.com strikingly.com webflow.io godaddysites.com site123.me ucraft.com myshopify.com
mybigcommerce.com carrd.co notion.site linktr.ee about.me business.site google.com goo.gl medium.com substack.com
ghost.io typepad.com livejournal.com over-blog.com hatenablog.com ameblo.jp 000webhostapp.com angelfire.com tripod.com
geocities.com bravenet.com yolasite.com homestead.com doodlekit.com wixstudio.com framer.website framer.app canva.site
hs-sites.com unbouncepages.com
"""
_CODE_AND_CLOUD: Final = """
github.com github.io gitlab.com gitlab.io bitbucket.org bitbucket.io sourceforge.net sourceforge.io codeberg.org
gitee.com launchpad.net pypi.org readthedocs.io readthedocs.org netlify.app vercel.app herokuapp.com azurewebsites.net
cloudapp.net amazonaws.com cloudfront.net awsapps.com appspot.com web.app firebaseapp.com run.app
googleusercontent.com withgoogle.com cloudflare.net pages.dev workers.dev fly.dev onrender.com railway.app surge.sh
glitch.me replit.app repl.co digitaloceanspaces.com ondigitalocean.app pantheonsite.io kinsta.cloud myftpupload.com
onmicrosoft.com sharepoint.com force.com zendesk.com freshdesk.com atlassian.net
"""
_PROFILES_AND_MARKETS: Final = """
linkedin.com lnkd.in facebook.com fb.com fb.me instagram.com threads.net twitter.com x.com t.co youtube.com youtu.be
tiktok.com pinterest.com reddit.com snapchat.com whatsapp.com wa.me telegram.me t.me discord.com discord.gg vk.com
ok.ru weibo.com line.me xing.com viadeo.com quora.com vimeo.com flickr.com crunchbase.com yelp.com tripadvisor.com
trustpilot.com wikipedia.org wikidata.org opencorporates.com ebay.com etsy.com aliexpress.com made-in-china.com
indiamart.com bit.ly tinyurl.com ow.ly
"""
_SHARED_BY_STATES: Final = """
europa.eu admin.ch bund.de
"""
_GENERIC_HOSTS: Final = frozenset(
    " ".join((_FREE_MAIL, _SITE_BUILDERS, _CODE_AND_CLOUD, _PROFILES_AND_MARKETS, _SHARED_BY_STATES)).split()
)

_LONGEST_HOST: Final = 253
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def registrable_domain(text: str) -> str | None:
    """The domain somebody registered: the public suffix and one label before it, in lower case and IDNA form.

    Shape: takes a URL, a host or an e-mail address, with or without a name in front of it
    ("Ann <ann@mail.example.co.uk>" gives "example.co.uk").
    Edges: None for an IP address, a host without a public suffix ("localhost"), a bare suffix ("co.uk") and text that
    is no host. A page under somebody else's domain gives that domain: "acme.github.io" is "github.io", which
    `is_generic_host` refuses as a key.
    Source: Public Suffix List (the snapshot of tldextract); UTS 46 for letters outside ASCII.
    """
    host = _host(text)
    if host is None:
        return None
    return _extractor()(host, include_psl_private_domains=False).top_domain_under_public_suffix or None


def is_generic_host(domain: str) -> bool:
    """A domain that many owners share says nothing about who one of them is, and is never a key.

    Shape: free mail, site builders, code and cloud hosting, social networks, marketplaces; every private suffix of the
    public suffix list. Takes what `registrable_domain` takes.
    Edges: text without a registrable domain is not generic; it is no domain.
    """
    registrable = registrable_domain(domain)
    if registrable is None:
        return False
    if registrable in _GENERIC_HOSTS:
        return True
    found = _extractor()(registrable, include_psl_private_domains=True)
    return found.is_private and not found.domain


def key_domain(text: str) -> str | None:
    """The registrable domain if it can tell one owner from another, or None."""
    domain = registrable_domain(text)
    return None if domain is None or is_generic_host(domain) else domain


_LOCAL_PART: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def plain_email(text: str) -> str | None:
    """An e-mail address in its one spelling, lower case and IDNA form, or None for what could be taken for another's.

    Edges: None for a local part that is quoted or outside ASCII, for comments, a second "@", an address literal, a
    trailing dot, and for letters that mapping would turn into others (the Kelvin sign is no "k"): whoever is known by
    an address must not be found by a look-alike of it.
    Source: RFC 5321 (dot-string), IDNA 2008 without the mapping of UTS 46.
    """
    local, at, domain = text.rpartition("@")
    if not at or not local.isascii() or len(local) > 64 or not _LOCAL_PART.fullmatch(local.lower()):
        return None
    host = plain_domain(domain)
    return f"{local.lower()}@{host}" if host is not None else None


def plain_domain(text: str) -> str | None:
    """A domain name of at least two labels in lower case and IDNA form, or None. Edges: those of `plain_email`."""
    try:
        # Label by label, split at "." alone: other alphabets' full stops stay what they are, and are refused.
        labels = [one.lower() if one.isascii() else idna.alabel(one).decode() for one in text.split(".")]
    except idna.IDNAError:
        return None
    host = ".".join(labels)
    named = all(_LABEL.fullmatch(label) and "_" not in label for label in labels)
    return host if len(host) <= _LONGEST_HOST and len(labels) > 1 and named and not labels[-1].isdigit() else None


# Kept free for documentation and trials by RFC 2606: nobody's real domain, so sandboxes may use them.
_RESERVED = ("example", "test")


@cache
def _extractor() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(
        cache_dir=None,
        suffix_list_urls=(),
        fallback_to_snapshot=True,
        extra_suffixes=(*_SOLD_ONE_LEVEL_DOWN.split(), *_RESERVED),
    )


def _host(text: str) -> str | None:
    """The host in plain ASCII, without "www."; None if the text has none."""
    address = text.strip()
    if address.endswith(">") and "<" in address:
        address = address[address.rindex("<") + 1 : -1]
    address = re.sub(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//|^mailto:", "", address.strip())
    authority = re.split(r"[/?#\\]", address, maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":\d*$", "", authority) if authority.count(":") < 2 else ""
    host = unquote(host).replace("\u3002", ".").replace("\uff0e", ".").rstrip(".").lower()
    if not host or len(host) > _LONGEST_HOST:
        return None
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii").lower()
        except idna.IDNAError:
            return None
    if not all(_LABEL.fullmatch(label) for label in host.split(".")):
        return None
    bare = host.removeprefix("www.")
    return bare if "." in bare else host
