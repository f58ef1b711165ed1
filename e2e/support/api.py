"""The checkout API as a shop uses it, and the goods of the tests."""

from __future__ import annotations

import copy
import itertools
from decimal import Decimal
from typing import Any

import requests

STORE = 999
SECRET = "f5bde245-f55e-414d-b722-80b25161c12c"

# A shop's own site in the protocol's documents, registered for the demo store.
SHOP_HOST = "www.examplestore.com"

ITEMS: list[dict[str, Any]] = [
    {
        "description": "<b>Sunglasses</b><ul><li>polarised</li></ul>",
        "productId": "17898-675234",
        "sku": "oakley-123",
        "unitPrice": 199.00,
        "quantity": 1,
        "length": 2.5,
        "width": 6.5,
        "height": 2.5,
        "weight": 4,
        "weightUnits": "OZ",
        "countryOfOrigin": "CN",
        "itemURL": f"http://{SHOP_HOST}/sunglasses",
        "imageURL": f"http://{SHOP_HOST}/picture.svg",
    },
    {
        "description": "Leather case with a name so long that it needs a second line on a narrow screen",
        "productId": "222",
        "sku": "case-1",
        "unitPrice": "24.50",
        "quantity": "2",
        "weight": 0.5,
    },
    {"description": "WELCOME10", "quantity": 1, "unitPrice": -10},
]
ITEMS_TOTAL = Decimal("238.00")

_references = itertools.count(1)


class Api:
    """Calls with the demo store's credentials."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, path: str, **body: Any) -> requests.Response:
        body = {"store": str(STORE), "secret": SECRET} | body
        return requests.post(f"{self.url}{path}", json=body, headers={"Accept": "application/json"}, timeout=30)

    def _answer(self, path: str, **body: Any) -> dict[str, Any]:
        response = self.post(path, **body)
        answer = response.json(parse_float=Decimal)
        assert response.status_code == 200 and "error" not in answer, answer
        return answer

    def create_cart(self, **fields: Any) -> str:
        """A cart of ITEMS; `fields` replace or add to the request. Gives its id."""
        request = {"items": copy.deepcopy(ITEMS), "referenceId": f"e2e-{next(_references)}"} | fields
        return self._answer("/v1/createTempCart", **request)["tempCartUUID"]

    def order(self, order_id: str) -> dict[str, Any]:
        return self._answer("/v2/orderDetail", orderId=order_id)["order"]

    def order_ids(self) -> list[str]:
        """Every order of the store, oldest first."""
        answer = self._answer("/v1/orderNumbers", sinceDate="20000101", statuses=True)
        assert answer["totalCount"] == len(answer["orders"])
        return [order["id"] for order in answer["orders"]]

    def entry(self, cart: str, country: str = "CA") -> str:
        """The address that a shop sends its buyer to."""
        return f"{self.url}/?tempCartUUID={cart}&country={country}"
