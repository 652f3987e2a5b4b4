# SPDX-License-Identifier: Apache-2.0
"""Hosts whose pages and files have random names that open nothing; data only."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["FILE_HOST", "OPENING_PATH", "PAGE_FRAGMENT", "PAGE_HOST", "PAGE_QUERY", "VAULT_HOST"]

#: Hosts of files, whose names in the path are random and open nothing: what does stands in the query.
FILE_HOST: Final = re.compile(
    r"(?:[\w\-]+\.)*(?:(?:cdn|static|assets?|images?|imgs?|media|fonts|avatars?|thumbs|thumbnails)[0-9]{0,2}(?:-[\w\-]+)?(?:\.[\w\-]+)+"
    r"|storage\.googleapis\.com|storage\.cloud\.google\.com|s3(?:[.\-][\w\-]+)*\.amazonaws\.com|blob\.core\.windows\.net"
    r"|googleusercontent\.com|ggpht\.com|gravatar\.com|ctfassets\.net|cloudinary\.com|cloudfront\.net|r2\.dev|replicate\.delivery|akamaized\.net"
    r"|digitaloceanspaces\.com|backblazeb2\.com|wasabisys\.com|fbcdn\.net|cdninstagram\.com|twimg\.com|pinimg\.com|scdn\.co"
    r"|ytimg\.com|licdn\.com|b-cdn\.net|imgix\.net|imgur\.com|unsplash\.com|jsdelivr\.net|unpkg\.com|githubusercontent\.com"
    r"|wixstatic\.com|vimeocdn\.com|sanity\.io/images|prismic\.io|website-files\.com|squarespace-cdn\.com|wp\.com)(?::[0-9]+)?",
    re.IGNORECASE,
)
#: Hosts of pages and documents that people send each other by a link: what it holds is the name of a page.
PAGE_HOST: Final = re.compile(
    r"(?![\w.\-]*(?:hook|api|auth|login))(?:[\w\-]+\.){0,3}(?:youtube\.com|youtu\.be|vimeo\.com|loom\.com|wistia\.com|twitch\.tv|tiktok\.com"
    r"|spotify\.com|soundcloud\.com|music\.apple\.com|podcasts\.apple\.com|docs\.google\.com|drive\.google\.com|sites\.google\.com"
    r"|maps\.google\.com|lookerstudio\.google\.com|datastudio\.google\.com|colab\.research\.google\.com|www\.google\.com|meet\.google\.com"
    r"|photos\.google\.com|goo\.gl|g\.page|forms\.gle|notion\.so|notion\.site|coda\.io|airtable\.com|miro\.com|figma\.com|canva\.com|lucid\.app"
    r"|whimsical\.com|trello\.com|linear\.app|app\.asana\.com|clickup\.com|monday\.com|dropbox\.com|box\.com|1drv\.ms|onedrive\.live\.com"
    r"|sharepoint\.com|teams\.microsoft\.com|forms\.office\.com|sway\.office\.com|office\.com|wetransfer\.com|we\.tl|icloud\.com|pcloud\.link"
    r"|mediafire\.com|docsend\.com|scribd\.com|issuu\.com|slideshare\.net|gamma\.app|pitch\.com|typeform\.com|tally\.so|jotform\.com"
    r"|workdrive\.zoho\w*\.com|egnyte\.com|surveymonkey\.com|calendly\.com|pastebin\.com|github\.com|gitlab\.com|bitbucket\.org|codepen\.io|jsfiddle\.net|codesandbox\.io|stackblitz\.com"
    r"|replit\.com|kaggle\.com|huggingface\.co|observablehq\.com|chatgpt\.com|chat\.openai\.com|claude\.ai|perplexity\.ai|g\.co|bit\.ly"
    r"|tinyurl\.com|t\.co|lnkd\.in|amzn\.to|is\.gd|cutt\.ly|fb\.me|facebook\.com|instagram\.com|linkedin\.com|pinterest\.com|reddit\.com|x\.com"
    r"|twitter\.com|medium\.com|substack\.com|wikipedia\.org|archive\.org|arxiv\.org|etherscan\.io|solscan\.io|solana\.com|blockchain\.com"
    r"|hsforms\.com|fathom\.video|otter\.ai|grain\.com|evernote\.com|prnt\.sc|gyazo\.com|ibb\.co|postimg\.cc|snipboard\.io|cln\.sh"
    r"|transfernow\.net|fromsmash\.com|swisstransfer\.com|file\.io|gofile\.io|filebin\.net|sendspace\.com|jumpshare\.com|streamable\.com"
    r"|disk\.yandex\.[a-z]{2,3}|pan\.baidu\.com|drive\.proton\.me|calendar\.app\.google|share\.google|search\.google\.com"
    r"|sketchfab\.com|matterport\.com|mermaid\.live|buy\.stripe\.com|book\.squareup\.com|wistia\.net|vidyard\.com|descript\.com"
    r"|overleaf\.com|deepnote\.com|behance\.net|dribbble\.com|flickr\.com|webflow\.io|framer\.website|desmos\.com|regex101\.com"
    r"|godbolt\.org|play\.golang\.org|dbdiagram\.io|voiceflow\.com|doi\.org|stackoverflow\.com|eventbrite\.com"
    r"|amazon\.[a-z.]{2,6}|atlassian\.net|zendesk\.com"
    r"|mail\.google\.com|calendar\.google\.com|analytics\.google\.com|outlook\.live\.com"
    r"|outlook\.office365\.com|app\.powerbi\.com|portal\.azure\.com|console\.cloud\.google\.com|app\.snowflake\.com|replicate\.com"
    r"|wandb\.ai|rekor\.sigstore\.dev|ipfs\.io|virustotal\.com)"
    r"|(?:docs|help|developers?|learn|blog|wiki|kb|forum|community|news)\.[\w\-]+(?:\.[\w\-]+){1,3}",
    re.IGNORECASE,
)
#: What opens something there too.
OPENING_PATH: Final = re.compile(
    r"(?i)/[\w\-]*(?:token|secret|invite|private|hook|reset|magic|verify)[\w\-]*/|/owa/calendar/"
)
#: What a link to such a page says besides: which part of it, from whom, in which list.
PAGE_QUERY: Final = frozenset(
    """
    v t e p q id list index si pi pp igsh igshid usp gid rlkey dl st resourcekey ref share_id node-id m tab range slide cid ftid
    query_place_id place_id placeid mid eid sourcedoc pvs tid fbid story_fbid set hl resid invitationid h
    """.split()
)
#: A place in a document, or a message in somebody's mailbox.
PAGE_FRAGMENT: Final = re.compile(
    r"(?:heading|bookmark|slide)=(?:h|id|kix)\.[a-z0-9._]{6,40}|gid=[0-9]{1,12}(?:&range=[A-Z0-9:]{1,16})?"
    r"|(?:inbox|sent|all|starred)/FMfcgz[A-Za-z0-9]{20,32}"
)
#: What ends the host of a vault, which shows what it keeps only to who is let in by something else.
VAULT_HOST: Final = ".vault.azure.net"
