<?php
// A CRM that fetches a call's recording with PHP's own SoapClient: php recording.php FILE UNIQUEID ENDPOINT KEY
// Writes the MP3 to FILE and prints what the service answered.
[, $file, $uniqueid, $endpoint, $key] = $argv;

$soap = str_contains($endpoint, '?wsdl')
    ? new SoapClient($endpoint, ['cache_wsdl' => WSDL_CACHE_NONE])
    : new SoapClient(null, ['location' => $endpoint, 'uri' => 'urn:apiws']);
$answer = $soap->recordingPbx($key, $uniqueid);
if (!preg_match('/<recording status="(-?\d+)" uniqueid="([^"]*)"(?: encoding="(\w+)")?(?:\/>|>([^<]*)<\/recording>)/', $answer, $found)) {
    fwrite(STDERR, 'php: ' . substr($answer, 0, 300) . "\n");
    exit(1);
}
$sound = base64_decode($found[4] ?? '', true);
if ($sound === false) {
    fwrite(STDERR, "php: it is no Base64\n");
    exit(1);
}
file_put_contents($file, $sound);
echo json_encode(['status' => (int) $found[1], 'uniqueid' => $found[2], 'encoding' => $found[3] ?? '', 'bytes' => strlen($sound)]);
