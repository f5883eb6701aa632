<?php
// A CRM's calls with PHP's own SoapClient: php client.php ENDPOINT KEY [SRC DST SILENT]
// ENDPOINT with ?wsdl loads the WSDL; without it, SoapClient works from the address alone. Arguments are positional, as in the field.
[, $endpoint, $key] = $argv;
[$src, $dst, $silent] = array_slice($argv, 3) + ['705', '706', '712'];

function check(bool $right, string $what): void
{
    if (!$right) {
        fwrite(STDERR, "php: $what\n");
        exit(1);
    }
}

/** The elements of a report, each as its attributes. (simplexml_load_string does it too, where php-xml is installed.) */
function rows(string $xml, string $element): array
{
    check(str_starts_with($xml, '<?xml version="1.0"'), "no report but '$xml'");
    preg_match_all("/<$element (.*?)\\/?>/s", $xml, $elements);
    return array_map(function (string $attributes): array {
        preg_match_all('/(\w+)="(.*?)"/s', $attributes, $pairs);
        return array_combine($pairs[1], array_map(fn ($value) => html_entity_decode($value, ENT_QUOTES | ENT_XML1, 'UTF-8'), $pairs[2]));
    }, $elements[1]);
}

$soap = str_contains($endpoint, '?wsdl')
    ? new SoapClient($endpoint, ['cache_wsdl' => WSDL_CACHE_NONE])
    : new SoapClient(null, ['location' => $endpoint, 'uri' => 'urn:apiws']);

/** Follows a job until it has the wanted status; answers all that it had on the way. */
function follow(SoapClient $soap, string $key, string $id, int $wanted): array
{
    $seen = [];
    for ($end = microtime(true) + 20; microtime(true) < $end; usleep(100_000)) {
        $status = $soap->originateCallStatus($key, $id);
        if (end($seen) !== $status) {
            $seen[] = $status;
        }
        if ($status === $wanted) {
            return $seen;
        }
    }
    check(false, "job $id did not get status $wanted but " . json_encode($seen));
}

// Extensions
$names = array_column(rows($soap->extensionPbx($key), 'extensioninfo'), 'calleridName', 'extension');
check(isset($names[$src], $names[$dst]), "extensions $src and $dst are not in " . json_encode($names));

// A wrong key is -1, everywhere
$wrongKey = [
    $soap->originateCall('wrong', $src, 'A', $dst, 'B', 20, ''),
    $soap->originateCallStatus('wrong', '12345678'),
    $soap->originateCallCancel('wrong', '12345678'),
    $soap->extensionPbx('wrong'),
    $soap->cdrData('wrong', '', '2026-01-01', '2026-01-02'),
    $soap->cdrCustom('wrong', '2026-01-01', '2026-01-02'),
];
check($wrongKey === ['-1', -1, -1, '-1', '-1', '-1'], 'a wrong key answers ' . json_encode($wrongKey));

// A call: rings, is answered, is cancelled
$name = 'Peña & Cía ' . bin2hex(random_bytes(3));
$info = "contrato=$name";
$id = $soap->originateCall($key, $src, $name, $dst, 'Señor <Núñez>', 20, $info);
check(preg_match('/^[0-9a-f]{8}$/', $id) === 1, "originateCall answers '$id'");
$statuses = follow($soap, $key, $id, 2);
check($soap->originateCallCancel($key, $id) === 1, 'a connected call cannot be cancelled');
array_push($statuses, ...follow($soap, $key, $id, 3));
check($soap->originateCallCancel($key, $id) === 0, 'an ended call can be cancelled');

// Another one, cancelled while its destination rings
$ringing = $soap->originateCall($key, $src, $name, $silent, '', 60, '');
for ($i = 0; $i < 8; $i++, usleep(500_000)) {
    $status = $soap->originateCallStatus($key, $ringing);
    check($status === 1, "a call to $silent has status $status");
}
check($soap->originateCallCancel($key, $ringing) === 1, 'a ringing call cannot be cancelled');
follow($soap, $key, $ringing, 3);

// No such job; and requests that would reach past their argument
$unknown = [$soap->originateCallStatus($key, '00000000'), $soap->originateCallCancel($key, '00000000')];
check($unknown === [0, 0], 'an unknown job answers ' . json_encode($unknown));
$injected = [];
foreach ([0, 1, 2, 3, 5] as $argument) {
    $arguments = [$src, 'A', $dst, 'B', 20, 'info'];
    $arguments[$argument] .= "\r\nAction: Hangup";
    $injected[] = $soap->originateCallStatus($key, $soap->originateCall($key, ...$arguments));
}
check($injected === [6, 6, 6, 6, 6], 'line breaks in an argument give ' . json_encode($injected));

// The call's record: by period, then by its uniqueid; its callinfo
$from = date('Y-m-d', time() - 86400);
$to = date('Y-m-d', time() + 86400);
$call = null;
for ($end = time() + 20; $call === null && time() < $end; usleep(200_000)) {
    foreach (rows($soap->cdrData($key, '', $from, $to), 'call') as $row) {
        if ($row['clid'] === "$name ($src)" && $row['dst'] === $dst) {
            $call = $row;
        }
    }
}
check($call !== null, "no record of '$name' in cdrData");
check(in_array($call, rows($soap->cdrData($key, $call['uniqueid'], '', ''), 'call')), 'cdrData by uniqueid does not find it');
check(rows($soap->cdrData($key, '', '2001-01-01', '2001-01-01'), 'call') === [], 'there are calls of the year 2001');
$custom = array_column(rows($soap->cdrCustom($key, $from, $to), 'call'), null, 'uniqueid')[$call['uniqueid']] ?? null;
check($custom !== null, 'the call is not in cdrCustom');
check($custom['observaciones'] === $info, "cdrCustom has the callinfo '{$custom['observaciones']}'");

// A call that there is not has no recording
check(str_contains($soap->recordingPbx($key, '1.1'), '<recording status="-1" uniqueid="1.1"'), 'recordingPbx of no call');

// Messages: 0 where no gateway is configured
check([$soap->sendSms('wrong', 0, 'hola', '099123456'), $soap->statusSms('wrong', 1)] === [-1, '-1'], 'a wrong key sends messages');
check([$soap->sendSms($key, 0, 'hola', '09a'), $soap->sendSms($key, 1, 'hola', '099123456')] === [0, 0], 'a wrong message is taken');
$sms = $soap->sendSms($key, 0, 'Señal: 5 €', '099123456 099123457');
check($sms === 0 || ($sms > 0 && in_array($soap->statusSms($key, $sms), ['PENDING', 'SENT'], true)), "sendSms answers $sms");
check((string)$soap->statusSms($key, 2147483647) === '', 'there is a status of no message');

echo json_encode([
    'extension' => $names[$src], 'wrongKey' => array_map('strval', $wrongKey), 'statuses' => $statuses, 'unknown' => $unknown,
    'injected' => $injected, 'name' => $name, 'clid' => $call['clid'], 'disposition' => $call['disposition'],
    'dst' => $call['dst'], 'dnis' => $custom['dnis'], 'callinfo' => $custom['observaciones'],
], JSON_UNESCAPED_UNICODE), "\n";
