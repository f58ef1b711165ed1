//! Fields of an order about things that this house does not have.

use crate::schema::typed::placeholders;

placeholders! {
    pub(super) struct BillingExtras {
        "clientAdditional": empty,
        "clientProvince": empty,
        "clientProvinceId": empty,
    }

    pub(super) struct DeliveryExtras {
        "clientDeliveryAddressFirm": empty,
        "clientDeliveryAddressPhone2": empty,
        "clientDeliveryAddressProvince": empty,
        "clientDeliveryAddressPickupPointInternalId": zero,
    }

    pub(super) struct PayerExtras {
        "payerAddressId": empty,
    }

    pub(super) struct DetailsExtras {
        "auctionInfo": nothing,
        "discountCard": nothing,
        "discountCode": nothing,
        "orderOperatorLogin": empty,
        "orderPackingPersonLogin": empty,
        "orderPrepareTime": zero,
        "purchaseDate": empty,
        "stockId": zero,
        "subscriptionId": zero,
    }

    pub(super) struct SourceExtras {
        "auctionsServiceName": empty,
        "preorderSourcesDetails": none,
    }

    pub(super) struct SourceDetailsExtras {
        "entryProductIdBeforeOrder": zero,
        "sourcePageUrl": empty,
    }

    pub(super) struct LineExtras {
        "label": empty,
        "orderAdditionalList": nothing,
        "priceFormulaParameters": none,
        "productOrderAdditional": empty,
        "productPriceLog": empty,
        "productSerialNumber": empty,
        "productSerialNumbers": none,
        "stockId": zero,
    }
}
