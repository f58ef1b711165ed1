//! A supply order as the Admin API shows it (customer protocol §8.4). Fields of things that this house does not have
//! (auctions, discount cards, subscriptions) are there and always the same: clients add them up without looking.

mod not_kept;

use crossdock_domain::clock::{Timestamp, Zone};
use crossdock_domain::country::Country;
use crossdock_domain::money::Money;
use crossdock_domain::wholesale::{BillingData, RecipientAddress, SupplyOrder, SupplyParcel};
use rust_decimal::Decimal;

use super::reply::{Fault, fault, number, price, yes_no};
use crate::schema::typed::{EmptyList, Exact, OrEmptyList, object};
use not_kept::{
    BillingExtras, DeliveryExtras, DetailsExtras, LineExtras, PayerExtras, SourceDetailsExtras, SourceExtras,
};

object! {
    /// An order.
    pub(super) struct Order {
        /// `shop1-17`
        id: String = "orderId",
        #[undocumented]
        bridge_note: &'static str = "orderBridgeNote",
        /// The order's number
        serial: i64 = "orderSerialNumber",
        kind: &'static str = "orderType",
        client: OrderClient = "clientResult",
        details: OrderDetails = "orderDetails",
        #[undocumented]
        errors: EmptyList = "errors",
    }

    struct OrderClient {
        #[undocumented]
        billing: OrderBillingAddress = "clientBillingAddress",
        /// Where it goes
        delivery: OrderDeliveryAddress = "clientDeliveryAddress",
        pickup_point: OrEmptyList<OrderPickupPointAddress> = "clientPickupPointAddress",
        #[undocumented]
        payer: OrderPayerAddress = "payerAddress",
        /// The shop that ordered
        account: ClientAccount = "clientAccount",
        end_account: ClientAccount = "endClientAccount",
    }

    struct OrderBillingAddress {
        first_name: String = "clientFirstName",
        last_name: String = "clientLastName",
        nip: String = "clientNip",
        firm: String = "clientFirm",
        street: String = "clientStreet",
        zip: String = "clientZipCode",
        city: String = "clientCity",
        country: &'static str = "clientCountryId",
        country_name: &'static str = "clientCountryName",
        phone: String = "clientPhone1",
        other_phone: &'static str = "clientPhone2",
        ..rest: BillingExtras
    }

    /// A recipient (customer protocol §4.6).
    pub(super) struct StoredAddress {
        id: String = "clientDeliveryAddressId",
        first_name: String = "clientDeliveryAddressFirstName",
        last_name: String = "clientDeliveryAddressLastName",
        /// Company or remark
        additional: String = "clientDeliveryAddressAdditional",
        /// Street and number
        street: String = "clientDeliveryAddressStreet",
        zip: String = "clientDeliveryAddressZipCode",
        city: String = "clientDeliveryAddressCity",
        /// Two letters; PL when it is left out of a new one
        country: &'static str = "clientDeliveryAddressCountry",
        #[undocumented]
        country_id: &'static str = "clientDeliveryAddressCountryId",
        /// For the courier
        phone: String = "clientDeliveryAddressPhone1",
        #[undocumented]
        same_phone: String = "clientDeliveryAddressPhone",
        province: String = "clientDeliveryAddressProvinceId",
        region: String = "clientDeliveryAddressRegionId",
    }

    struct OrderDeliveryAddress extends stored: StoredAddress {
        kind: &'static str = "clientDeliveryAddressType",
        ..rest: DeliveryExtras
    }

    struct OrderPickupPointAddress {
        id: String = "pickupPointId",
        #[undocumented]
        external_id: String = "externalPickupPointId",
        city: String = "city",
        street: String = "street",
        zip: String = "zipCode",
        #[undocumented]
        description: String = "description",
        latitude: Exact = "latitude",
        longitude: Exact = "longitude",
        name: String = "name",
    }

    struct OrderPayerAddress {
        first_name: String = "payerAddressFirstName",
        last_name: String = "payerAddressLastName",
        firm: String = "payerAddressFirm",
        nip: String = "payerAddressNip",
        street: String = "payerAddressStreet",
        zip: String = "payerAddressZipCode",
        city: String = "payerAddressCity",
        country: &'static str = "payerAddressCountryId",
        country_name: &'static str = "payerAddressCountry",
        phone: String = "payerAddressPhone",
        ..rest: PayerExtras
    }

    struct ClientAccount {
        id: i64 = "clientId",
        login: String = "clientLogin",
        email: String = "clientEmail",
        phone: String = "clientPhone1",
        other_phone: &'static str = "clientPhone2",
        external_code: &'static str = "clientCodeExternal",
    }

    struct OrderDetails {
        #[undocumented]
        api_flag: &'static str = "apiFlag",
        status: &'static str = "orderStatus",
        status_id: i64 = "orderStatusId",
        dropshipping_status: &'static str = "dropshippingOrderStatus",
        #[undocumented]
        confirmation: &'static str = "orderConfirmation",
        /// On the wholesaler's clock
        added_at: String = "orderAddDate",
        dispatched_at: Option<String> = "orderDispatchDate",
        #[undocumented]
        received_at: Option<String> = "receivedDate",
        note_to_order: String = "clientNoteToOrder",
        note_to_courier: String = "clientNoteToCourier",
        payments: OrderPayments = "payments",
        #[undocumented]
        prepaids: EmptyList = "prepaids",
        #[undocumented]
        source: OrderSource = "orderSourceResults",
        dispatch: OrderDispatch = "dispatch",
        lines: Vec<OrderLine> = "productsResults",
        #[undocumented]
        taken_from_stock: &'static str = "productRemovedInStock",
        #[undocumented]
        invoice: &'static str = "clientRequestInvoice",
        #[undocumented]
        recipient: Option<i64> = "clientDeliveryAddressId",
        note: String = "orderNote",
        changed_at: String = "orderChangeDate",
        ..rest: DetailsExtras
    }

    struct OrderPayments {
        kind: &'static str = "orderPaymentType" in ["prepaid", "cash_on_delivery", "tradecredit"],
        #[undocumented]
        days: i64 = "orderPaymentDays",
        #[undocumented]
        rebate_percent: i64 = "orderRebatePercent",
        currency: OrderCurrency = "orderCurrency",
        #[undocumented]
        base_currency: OrderBaseCurrency = "orderBaseCurrency",
        #[undocumented]
        worth_calculate_type: &'static str = "orderWorthCalculateType",
        #[undocumented]
        vat_exists: &'static str = "orderVatExists",
    }

    struct OrderCurrency {
        currency: &'static str = "currencyId",
        #[undocumented]
        value: Exact = "orderCurrencyValue",
        #[undocumented]
        scale: i64 = "orderCurrencyScale",
        #[undocumented]
        rate: Exact = "billingCurrencyRate",
        /// Gross
        products: Exact = "orderProductsCost",
        /// Gross
        delivery: Exact = "orderDeliveryCost",
        /// Gross: what collecting costs
        payment: Exact = "orderPayformCost",
        #[undocumented]
        insurance: i64 = "orderInsuranceCost",
    }

    struct OrderBaseCurrency {
        currency: &'static str = "billingCurrency",
        products: Exact = "orderProductsCost",
        delivery: Exact = "orderDeliveryCost",
        delivery_vat: Exact = "orderDeliveryVat",
        payment: Exact = "orderPayformCost",
        payment_vat: Exact = "orderPayformVat",
        insurance: i64 = "orderInsuranceCost",
        insurance_vat: i64 = "orderInsuranceVat",
    }

    struct OrderSource {
        kind: &'static str = "orderSourceType",
        shop: i64 = "shopId",
        details: OrderSourceDetails = "orderSourceDetails",
        ..rest: SourceExtras
    }

    struct OrderSourceDetails {
        kind: &'static str = "orderSourceType",
        name: String = "orderSourceName",
        kind_id: i64 = "orderSourceTypeId",
        id: i64 = "orderSourceId",
        external_id: Option<String> = "orderExternalId",
        fresh: &'static str = "fresh",
        fulfillment: &'static str = "fulfillment",
        ..rest: SourceDetailsExtras
    }

    struct OrderDispatch {
        courier: i64 = "courierId",
        courier_name: String = "courierName",
        #[undocumented]
        webservice_only: bool = "courierWebserviceOnly",
        /// Consignment number of the first parcel that has one, failing that its parcel number
        package: Option<String> = "deliveryPackageId",
        /// The day that the shop asked for
        preferred_date: String = "deliveryDate",
        #[undocumented]
        additional_date: &'static str = "deliveryDateAdditional",
        estimated_date: String = "estimatedDeliveryDate",
        /// Grams
        weight: i64 = "deliveryWeight",
    }

    struct OrderLine {
        product: i64 = "productId",
        name: String = "productName",
        code: String = "productCode",
        #[undocumented]
        version_name: &'static str = "versionName",
        size: String = "sizeId",
        size_name: String = "sizePanelName",
        external_code: String = "productSizeCodeExternal",
        quantity: Exact = "productQuantity",
        /// Grams of one unit
        weight: i64 = "productWeight",
        vat: Exact = "productVat",
        #[undocumented]
        vat_free: &'static str = "productVatFree",
        #[undocumented]
        panel_price: Exact = "productPanelPrice",
        #[undocumented]
        panel_price_net: Exact = "productPanelPriceNet",
        /// Gross, of one unit
        price: Exact = "productOrderPrice",
        /// Net, of one unit
        price_net: Exact = "productOrderPriceNet",
        #[undocumented]
        base_price: Exact = "productOrderPriceBaseCurrency",
        #[undocumented]
        base_price_net: Exact = "productOrderPriceNetBaseCurrency",
        remarks: String = "remarksToProduct",
        #[undocumented]
        sales_mode: &'static str = "orderSalesMode",
        #[undocumented]
        bundle: i64 = "bundleId",
        position: i64 = "basketPosition",
        ..rest: LineExtras
    }

    /// A parcel of an order (customer protocol §8.6).
    pub(super) struct DeliveryPackage {
        id: i64 = "deliveryPackageId",
        package_number: String = "deliveryPackageNumber",
        shipping_number: String = "deliveryShippingNumber",
        courier: i64 = "courierId",
        courier_name: String = "courierName",
        /// When it was added
        added_at: String = "deliveryDate",
        additional_date: &'static str = "deliveryDateAdditional",
        estimated_date: String = "estimatedDeliveryDate",
        received_at: &'static str = "receivedDate",
        details: PackageDetails = "deliveryPackageParameters",
    }

    struct PackageDetails {
        /// What the courier collects; 0: nothing
        cash_on_delivery: Exact = "cashOnDelivery",
        cash_on_delivery_currency: &'static str = "cashOnDeliveryCurrency",
        /// Grams
        weight: i64 = "deliveryWeight",
        tracking_url: String = "trackingUrl",
        store_costs: EmptyList = "shippingStoreCosts",
        costs: EmptyList = "shippingCosts",
        parcel: EmptyList = "parcelParameters",
        errors: Fault = "errors",
    }
}

/// Dropshipping at the wholesaler's only shop.
const SOURCE: &str = "dropshipping";

/// `YYYY-MM-DD HH:MM:SS`, or nothing.
fn date(zone: &Zone, at: Option<Timestamp>) -> Option<String> {
    at.map(|at| zone.wall_clock(at))
}

pub(super) fn order(order: &SupplyOrder, zone: &Zone) -> Order {
    let (document, delivery) = (&order.document, &order.delivery);
    Order {
        id: order.order_id(),
        bridge_note: "",
        serial: order.serial.0,
        // Wholesale, placed by a shop.
        kind: "t",
        client: client(order),
        details: OrderDetails {
            api_flag: "none",
            status: order.status.code(),
            status_id: order.status.id(),
            dropshipping_status: order.dropshipping().code(),
            confirmation: "confirmed",
            added_at: zone.wall_clock(order.placed_at),
            dispatched_at: date(zone, order.dispatched_at),
            received_at: None,
            note_to_order: document.note_to_order.clone(),
            note_to_courier: document.note_to_courier.clone(),
            payments: payments(order),
            prepaids: EmptyList,
            source: OrderSource {
                kind: SOURCE,
                shop: 1,
                details: OrderSourceDetails {
                    kind: SOURCE,
                    name: document.login.clone(),
                    kind_id: 0,
                    id: order.account.0,
                    external_id: order.external_id.clone(),
                    fresh: "n",
                    fulfillment: "n",
                    rest: SourceDetailsExtras,
                },
                rest: SourceExtras,
            },
            dispatch: OrderDispatch {
                courier: delivery.courier.0,
                courier_name: delivery.courier_name.clone(),
                webservice_only: false,
                package: order
                    .parcels
                    .iter()
                    .map(SupplyParcel::number)
                    .find(|number| !number.is_empty())
                    .map(str::to_owned),
                preferred_date: delivery.preferred_date.clone().unwrap_or_default(),
                additional_date: "",
                estimated_date: delivery.estimated_date.clone().unwrap_or_default(),
                weight: document.weight_grams,
            },
            lines: document.lines.iter().map(line).collect(),
            taken_from_stock: yes_no(order.dispatched_at.is_some()),
            invoice: document.invoice.code(),
            recipient: delivery.recipient.map(|id| id.0),
            note: order.note.clone(),
            changed_at: zone.wall_clock(order.changed_at),
            rest: DetailsExtras,
        },
        errors: EmptyList,
    }
}

fn client(order: &SupplyOrder) -> OrderClient {
    let (billing, delivery) = (&order.document.billing, &order.delivery);
    let account = || ClientAccount {
        id: order.account.0,
        login: order.document.login.clone(),
        email: order.document.email.clone(),
        phone: billing.phone.clone(),
        other_phone: "",
        external_code: "",
    };
    let id = delivery.recipient.map_or_else(String::new, |id| id.to_string());
    OrderClient {
        billing: billing_address(billing),
        delivery: OrderDeliveryAddress {
            stored: StoredAddress::of(id, &delivery.address),
            kind: if delivery.pickup_point.is_some() { "pickupPoint" } else { "client" },
            rest: DeliveryExtras,
        },
        pickup_point: OrEmptyList(delivery.pickup_point.as_ref().map(|point| OrderPickupPointAddress {
            id: point.id.clone(),
            external_id: point.id.clone(),
            city: point.city.clone(),
            street: point.street.clone(),
            zip: point.zip.clone(),
            description: point.description.clone(),
            latitude: number(point.place.latitude()),
            longitude: number(point.place.longitude()),
            name: point.name.clone(),
        })),
        payer: payer_address(billing),
        account: account(),
        end_account: account(),
    }
}

fn country(billing: &BillingData) -> &'static str {
    billing.country.map(Country::code).unwrap_or_default()
}

fn country_name(billing: &BillingData) -> &'static str {
    billing.country.map(Country::name).unwrap_or_default()
}

fn billing_address(billing: &BillingData) -> OrderBillingAddress {
    OrderBillingAddress {
        first_name: billing.first_name.clone(),
        last_name: billing.last_name.clone(),
        nip: billing.nip.clone(),
        firm: billing.firm.clone(),
        street: billing.street.clone(),
        zip: billing.zip.clone(),
        city: billing.city.clone(),
        country: country(billing),
        country_name: country_name(billing),
        phone: billing.phone.clone(),
        other_phone: "",
        rest: BillingExtras,
    }
}

fn payer_address(billing: &BillingData) -> OrderPayerAddress {
    OrderPayerAddress {
        first_name: billing.first_name.clone(),
        last_name: billing.last_name.clone(),
        firm: billing.firm.clone(),
        nip: billing.nip.clone(),
        street: billing.street.clone(),
        zip: billing.zip.clone(),
        city: billing.city.clone(),
        country: country(billing),
        country_name: country_name(billing),
        phone: billing.phone.clone(),
        rest: PayerExtras,
    }
}

impl StoredAddress {
    pub(super) fn of(id: String, address: &RecipientAddress) -> Self {
        let country = address.country.code();
        Self {
            id,
            first_name: address.first_name.clone(),
            last_name: address.last_name.clone(),
            additional: address.additional.clone(),
            street: address.street.clone(),
            zip: address.zip.clone(),
            city: address.city.clone(),
            country,
            country_id: country,
            phone: address.phone.clone(),
            same_phone: address.phone.clone(),
            province: address.province_id.clone(),
            region: address.region_id.clone(),
        }
    }
}

fn payments(order: &SupplyOrder) -> OrderPayments {
    let (document, amounts) = (&order.document, &order.document.amounts);
    let currency = document.currency.code();
    let products = price(amounts.products.to_decimal());
    let delivery = price(amounts.delivery.to_decimal());
    let payment = price(amounts.payment.to_decimal());
    OrderPayments {
        kind: document.payment.code(),
        days: 0,
        rebate_percent: 0,
        currency: OrderCurrency {
            currency,
            value: price(Decimal::ONE),
            scale: 1,
            rate: price(Decimal::ONE),
            products,
            delivery,
            payment,
            insurance: 0,
        },
        base_currency: OrderBaseCurrency {
            currency,
            products,
            delivery,
            delivery_vat: number(amounts.delivery_vat.rate),
            payment,
            // Collecting is a part of the carriage and taxed like it.
            payment_vat: number(amounts.delivery_vat.rate),
            insurance: 0,
            insurance_vat: 0,
        },
        worth_calculate_type: "net",
        vat_exists: "y",
    }
}

fn line(line: &crossdock_domain::wholesale::OrderLine) -> OrderLine {
    let (net, gross) = (price(line.value.unit_net.to_decimal()), price(line.value.unit_gross.to_decimal()));
    OrderLine {
        product: line.variant.product.0,
        name: line.name.clone(),
        code: line.product_code.clone(),
        version_name: "",
        size: line.variant.size.clone(),
        size_name: line.size_name.clone(),
        external_code: line.external_code.clone().unwrap_or_default(),
        quantity: number(line.quantity.to_decimal()),
        weight: line.weight_grams,
        vat: number(line.vat.rate),
        vat_free: yes_no(line.vat.free),
        panel_price: gross,
        panel_price_net: net,
        price: gross,
        price_net: net,
        base_price: gross,
        base_price_net: net,
        remarks: line.note.clone(),
        sales_mode: "money",
        bundle: 0,
        position: line.position,
        rest: LineExtras,
    }
}

pub(super) fn package(order: &SupplyOrder, parcel: &SupplyParcel, zone: &Zone) -> DeliveryPackage {
    let collected = order.document.cash_on_delivery.map(|cash| cash.amount);
    DeliveryPackage {
        id: parcel.id.0,
        package_number: parcel.package_number.clone(),
        shipping_number: parcel.shipping_number.clone(),
        courier: parcel.courier.0,
        courier_name: parcel.courier_name.clone(),
        added_at: zone.wall_clock(parcel.added_at),
        additional_date: "",
        estimated_date: order.delivery.estimated_date.clone().unwrap_or_default(),
        received_at: "",
        details: PackageDetails {
            cash_on_delivery: price(collected.map_or(Decimal::ZERO, Money::to_decimal)),
            cash_on_delivery_currency: collected.map_or("", |amount| amount.currency.code()),
            weight: parcel.weight_grams,
            tracking_url: parcel.tracking_url(),
            store_costs: EmptyList,
            costs: EmptyList,
            parcel: EmptyList,
            errors: fault(0, ""),
        },
    }
}
