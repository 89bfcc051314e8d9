"""The layouts that can be named in an upload."""

from app.royalties.stores.layout import StoreLayout
from app.royalties.stores.steam import STEAM

LAYOUTS: dict[str, StoreLayout] = {layout.key: layout for layout in (STEAM,)}
