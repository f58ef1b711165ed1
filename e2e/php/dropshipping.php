<?php
// A shop in PHP, as shops are: it knows address, login, password, key and one product code, and learns the rest from the WSDLs.
//
//   php dropshipping.php order BASE LOGIN PASSWORD KEY CODE EXTERNAL-ID    steps 2 to 8 of the sequence; prints the order
//   php dropshipping.php status BASE LOGIN PASSWORD KEY SERIAL             step 9: prints the order as it is now
//   php dropshipping.php cancel BASE LOGIN PASSWORD KEY SERIAL             step 13
//   php dropshipping.php faults BASE LOGIN PASSWORD KEY CODE               what goes wrong, and how it is told
//   php dropshipping.php login BASE LOGIN PASSWORD KEY                     prints the key of a session
//   php dropshipping.php call BASE LOGIN PASSWORD KEY GATE SESSION         one call with parameters from standard input

error_reporting(E_ALL);
set_error_handler(function ($level, $text, $file, $line) {
    throw new ErrorException($text, 0, $level, $file, $line);
});
ini_set('soap.wsdl_cache_enabled', '0');

[, $command, $base, $login, $password, $key] = $argv;
$subject = $argv[6] ?? '';

class Shop
{
    public ?string $session = null;

    public function __construct(private string $base, private string $key) {}

    /** One call by SOAP; the client is made from the WSDL alone. */
    public function raw(string $gate, array $authenticate, array $params = [], array $options = []): stdClass
    {
        [, $method] = explode('/', $gate);
        $client = new SoapClient(
            "{$this->base}?gate=$gate/1/soap/wsdl&lang=eng",
            $options + ['features' => SOAP_SINGLE_ELEMENT_ARRAYS, 'exceptions' => true, 'connection_timeout' => 10],
        );
        return $client->__soapCall($method, [['authenticate' => $authenticate, 'params' => $params]]);
    }

    /** The same with the keys of this shop; anything but success ends the program. */
    public function call(string $gate, array $params = []): stdClass
    {
        $answer = $this->raw($gate, ['sessionKey' => $this->session, 'dropshippingKey' => $this->key], $params);
        if ($answer->errors->faultCode !== 0) {
            fail("$gate: " . json_encode($answer));
        }
        return $answer;
    }

    public function login(string $login, string $password): void
    {
        // Warsaw's day, as the wholesaler's clock shows it.
        $day = (new DateTime('now', new DateTimeZone('Europe/Warsaw')))->format('Ymd');
        $answer = $this->raw('Authenticate/authenticate', [
            'systemLogin' => $login,
            'systemKey' => sha1($day . sha1($password)),
        ]);
        if ($answer->errors->faultCode !== 0) {
            fail('login: ' . json_encode($answer));
        }
        $this->session = $answer->results->sessionKey;
    }
}

function fail(string $why): never
{
    fwrite(STDERR, "$why\n");
    exit(1);
}

function check(bool $holds, string $what, mixed $found = null): void
{
    $holds || fail("$what: " . json_encode($found, JSON_UNESCAPED_UNICODE));
}

const RECIPIENT = [
    'clientDeliveryAddressFirstName' => 'Zażółć',
    'clientDeliveryAddressLastName' => 'Gęślą <Jaźń> & Syn',
    'clientDeliveryAddressStreet' => 'Prosta 51',
    'clientDeliveryAddressZipCode' => '00-838',
    'clientDeliveryAddressCity' => 'Warszawa',
    'clientDeliveryAddressCountry' => 'PL',
    'clientDeliveryAddressPhone1' => '+48600100200',
];

function order(Shop $shop, string $code, string $externalId): array
{
    // 3. Delivery methods, to be mapped onto the shop's own.
    $known = $shop->call('Couriers/get')->results->couriers;
    check(count($known) > 0, 'couriers', $known);

    // 4. The consumer checks out: is it there?
    $line = ['code' => $code, 'codeType' => 'internal', 'quantity' => 2];
    $available = $shop->call('Products/getAvailability', ['products' => [$line]])->results;
    check($available->available === true && $available->products[0]->code === $code, 'availability', $available);

    // 5. Start clean, fill the basket.
    check($shop->call('Basket/delete')->results->products === [], 'an empty basket');
    $basket = $shop->call('Basket/add', ['products' => [$line + ['comment' => 'prezent']]])->results;
    check($basket->products[0]->quantity === 2.0 && $basket->products[0]->comment === 'prezent', 'basket', $basket);
    $position = $basket->products[0]->basketPosition;
    $basket = $shop->call('Basket/edit', ['products' => [['basketPosition' => $position, 'quantity' => 1]]])->results;
    check($basket->products[0]->quantity === 1.0, 'edited basket', $basket);
    check($basket->productsCost === $basket->products[0]->productValue, 'cost', $basket);

    // 6. The recipient, with a correction.
    $added = $shop->call('Clients/addDeliveryAddress', ['clients' => [RECIPIENT]])->results[0];
    check($added->resultStatus === true, 'recipient', $added);
    $recipient = (string) $added->clientDeliveryAddressResult->clientDeliveryAddressId;
    $shop->call('Clients/editDeliveryAddress', ['clients' => [
        ['clientDeliveryAddressId' => $recipient, 'clientDeliveryAddressStreet' => 'Krzywa 15'],
    ]]);
    $stored = $shop->call('Clients/getDeliveryAddresses', ['clientDeliveryAddressIds' => [$recipient]])->results;
    $stored = $stored->clientDeliveryAddresses[0];
    check($stored->clientDeliveryAddressStreet === 'Krzywa 15', 'edited recipient', $stored);
    check($stored->clientDeliveryAddressLastName === 'Gęślą <Jaźń> & Syn', 'untouched name', $stored);

    // 7. Couriers for this basket and address; the cheapest that comes to the door.
    $offers = $shop->call('Couriers/getForOrder', ['deliveryAddressId' => $recipient, 'orderPaymentType' => 'prepaid']);
    $offers = array_values(array_filter($offers->results->couriers, fn ($courier) => !$courier->hasPickupPoints));
    usort($offers, fn ($one, $other) => $one->deliveryCost <=> $other->deliveryCost);
    check(count($offers) > 0, 'an offer', $offers);
    $forms = $shop->call('Payments/getForms', ['activeOnly' => 'yes'])->results->payment_forms;
    check(count($forms) > 0, 'payment forms', $forms);

    // 8. The order, and again as after a lost answer.
    $order = [
        'clientDeliveryAddressId' => $recipient,
        'courierId' => $offers[0]->courierId,
        'orderPaymentType' => 'prepaid',
        'clientNoteToOrder' => 'Proszę o szybką wysyłkę',
        'orderExternalId' => $externalId,
    ];
    $placed = $shop->call('Orders/add', $order)->results;
    $result = $placed->ordersResults[0];
    check($result->orderStatus === 'new' && $result->productsResults[0]->code === $code, 'order', $placed);
    check($placed->orderDeliveryCost === $offers[0]->deliveryCost, 'the cost that was offered', $placed);
    $again = $shop->call('Orders/add', $order)->results->ordersResults[0];
    check($again->orderSerialNumber === $result->orderSerialNumber, 'the same order again', $again);
    check($shop->call('Basket/get')->results->products === [], 'the order empties the basket');
    return [
        'orderId' => $result->orderId,
        'orderSerialNumber' => $result->orderSerialNumber,
        'courierId' => $offers[0]->courierId,
        'couriers' => $known,
    ];
}

function faults(Shop $shop, string $base, string $login, string $key, string $code): array
{
    $keys = ['sessionKey' => $shop->session, 'dropshippingKey' => $key];
    $line = ['products' => [['code' => $code, 'quantity' => 1]]];
    $seen = [];
    $seen['login'] = $shop->raw('Authenticate/authenticate', ['systemLogin' => $login, 'systemKey' => sha1('x')]);
    $seen['session'] = $shop->raw('Basket/get', ['sessionKey' => sha1('x'), 'dropshippingKey' => $key]);
    $seen['key'] = $shop->raw('Basket/get', ['sessionKey' => $shop->session, 'dropshippingKey' => 'x']);
    $many = ['products' => array_fill(0, 101, ['code' => $code])];
    $seen['many'] = $shop->raw('Products/getAvailability', $keys, $many);
    $seen['courier'] = $shop->raw('Orders/add', $keys, $line + ['deliveryAddress' => RECIPIENT, 'courierId' => 999999]);
    $much = ['products' => [['code' => $code, 'quantity' => 1000000]]];
    $seen['oversell'] = $shop->raw('Orders/add', $keys, $much + ['deliveryAddress' => RECIPIENT, 'courierId' => 1]);
    $seen['foreign'] = $shop->raw('Orders/cancel', $keys, ['orders' => [['orderSerialNumber' => 999999]]]);
    $codes = array_map(fn ($answer) => $answer->errors->faultCode, $seen);
    try {
        $options = ['location' => "$base?gate=No/gate/1/soap&lang=eng"];
        $shop->raw('Basket/get', $keys, [], $options);
        $codes['gate'] = 0;
    } catch (SoapFault $fault) {
        $codes['gate'] = $fault->detail->faultCode;
    }
    return $codes;
}

$shop = new Shop($base, $key);
if ($command === 'call') {
    $params = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
    $answer = $shop->raw($subject, ['sessionKey' => $argv[7], 'dropshippingKey' => $key], $params);
    echo json_encode($answer, JSON_UNESCAPED_UNICODE), "\n";
    exit;
}
if ($command === 'order') {
    // 2. Supplier data needs the key alone.
    $supplier = $shop->raw('Supplier/getData', ['dropshippingKey' => $key]);
    check($supplier->errors->faultCode === 0 && $supplier->results->name !== '', 'supplier', $supplier);
}
$shop->login($login, $password);
$answer = match ($command) {
    'order' => order($shop, $subject, $argv[7]),
    'status' => $shop->call('Orders/get', ['ordersSerialNumbers' => [(int) $subject]])->results->orders[0],
    'cancel' => $shop->call('Orders/cancel', ['orders' => [['orderSerialNumber' => (int) $subject]]])->results,
    'login' => $shop->session,
    'faults' => faults($shop, $base, $login, $key, $subject),
};
echo json_encode($answer, JSON_UNESCAPED_UNICODE), "\n";
