"""Static files as browsers get them: hashed names, compressed, one style sheet and one script.

Stands on the sources alone, and runs at collectstatic; which files a page names is the matter of
`chat.templatetags.assets`.
"""

from chat.assets.joiner import CannotJoin, imports_of, join, specifier_of
from chat.assets.storage import SCRIPT_BUNDLE, SCRIPT_ENTRY, STYLE_BUNDLE, AssetStorage, style_order

__all__ = [
    "SCRIPT_BUNDLE",
    "SCRIPT_ENTRY",
    "STYLE_BUNDLE",
    "AssetStorage",
    "CannotJoin",
    "imports_of",
    "join",
    "specifier_of",
    "style_order",
]
