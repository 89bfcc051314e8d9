"""What can be done with a package, one function a use case; callers import them from here."""

from app.catalog.service.components import put_component, remove_component
from app.catalog.service.files import remove_asset, upload_asset
from app.catalog.service.packages import create_package, edit_package, set_rate_card
from app.catalog.service.review import list_package, reject_package, submit_package, withdraw_package

__all__ = [
    "create_package",
    "edit_package",
    "list_package",
    "put_component",
    "reject_package",
    "remove_asset",
    "remove_component",
    "set_rate_card",
    "submit_package",
    "upload_asset",
    "withdraw_package",
]
