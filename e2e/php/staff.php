<?php
// The wholesaler's staff in PHP, by the Admin API: step 10 of the sequence (reference §9).
//
//   php staff.php BASE KEY SERIAL COURIER PACKAGE-NUMBER SHIPPING-NUMBER    prints the order's states, one by one

error_reporting(E_ALL);
set_error_handler(function ($level, $text, $file, $line) {
    throw new ErrorException($text, 0, $level, $file, $line);
});

[, $base, $key, $serial, $courier, $package, $shipping] = $argv;

function call(string $method, string $resource, array $params): array
{
    global $base, $key;
    $answer = file_get_contents("$base/$resource", false, stream_context_create(['http' => [
        'method' => $method,
        'header' => ["X-API-KEY: $key", 'Content-Type: application/json'],
        'content' => json_encode(['params' => $params]),
        'ignore_errors' => true,
    ]]));
    $answer = json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
    // Success is 200 without a fault; 207 tells one.
    if (!str_contains($http_response_header[0], ' 200') || ($answer['errors']['faultString'] ?? '') !== '') {
        fwrite(STDERR, "$method $resource: $http_response_header[0] " . json_encode($answer) . "\n");
        exit(1);
    }
    return $answer;
}

function move(string $status): string
{
    global $serial;
    $params = ['orders' => [['orderSerialNumber' => (int) $serial, 'orderStatus' => $status]]];
    $result = call('PUT', 'orders/orders', $params)['results']['ordersResults'][0];
    if ($result['faultCode'] !== 0) {
        fwrite(STDERR, "$status: " . json_encode($result) . "\n");
        exit(1);
    }
    return $result['orderStatus'];
}

$found = call('POST', 'orders/orders/search', ['ordersSerialNumbers' => [(int) $serial]])['Results'][0];
$states = [$found['orderDetails']['orderStatus'], move('on_order'), move('packed')];
$label = ['courierId' => $courier, 'deliveryPackageNumber' => $package, 'deliveryShippingNumber' => $shipping];
$added = call('POST', 'orders/packages', ['orderPackages' => [
    ['eventId' => $serial, 'eventType' => 'order', 'packages' => [$label]],
]])['results'][0]['packagesResults'][0];
if ($added['errors']['faultCode'] !== 0) {
    fwrite(STDERR, 'package: ' . json_encode($added) . "\n");
    exit(1);
}
$states[] = move('finished');
echo json_encode($states), "\n";
