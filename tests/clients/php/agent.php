<?php
// A CRM's agent with PHP's own SoapClient: php agent.php ENDPOINT KEY [AGENT EXTENSION OTHER-EXTENSION REASON-CODE]
// Logs the agent in, pauses, goes on and logs out, and finds all of it in the reports.
[, $endpoint, $key] = $argv;
[$agent, $extension, $other, $code] = array_slice($argv, 3) + ['108', '708', '709', '3'];

function check(bool $right, string $what): void
{
    if (!$right) {
        fwrite(STDERR, "php: $what\n");
        exit(1);
    }
}

/** What stands between an element's tags, each with its attributes under '@'. (simplexml_load_string does it, where php-xml is installed.) */
function elements(string $xml, string $element): array
{
    preg_match_all("/<$element( [^>]*?)?(?:\\/>|>(.*?)<\\/$element>)/s", $xml, $found, PREG_SET_ORDER);
    return array_map(function (array $one): array {
        preg_match_all('/(\w+)="(.*?)"/s', $one[1] ?? '', $pairs);
        return ['text' => $one[2] ?? '', '@' => array_combine($pairs[1], array_map(fn ($v) => html_entity_decode($v, ENT_QUOTES | ENT_XML1, 'UTF-8'), $pairs[2]))];
    }, $found);
}

$soap = str_contains($endpoint, '?wsdl')
    ? new SoapClient($endpoint, ['cache_wsdl' => WSDL_CACHE_NONE])
    : new SoapClient(null, ['location' => $endpoint, 'uri' => 'urn:apiws']);
$from = date('Y-m-d', time() - 86400);
$to = date('Y-m-d', time() + 86400);

// A wrong key is FALSE where an agent is moved, and -1 everywhere else
$wrongKey = [
    'loginAgent' => $soap->loginAgent('wrong', $agent, $extension), 'logoutAgent' => $soap->logoutAgent('wrong', $agent),
    'pauseAgent' => $soap->pauseAgent('wrong', $agent, '', ''), 'unpauseAgent' => $soap->unpauseAgent('wrong', $agent, ''),
    'statusQueues' => $soap->statusQueues('wrong'), 'queueData' => $soap->queueData('wrong', '', '', $from, $to),
    'agentData' => $soap->agentData('wrong', 'q_ventas', $from, $to), 'getAgentLoggedInfo' => $soap->getAgentLoggedInfo('wrong', 'x'),
    'getUserByAgent' => $soap->getUserByAgent('wrong', $agent), 'getUserInfo' => $soap->getUserInfo('wrong', 'x'),
    'getAgentTimes' => $soap->getAgentTimes('wrong', $from, $to, '', ''),
    'agentSessionDetail' => $soap->agentSessionDetail('wrong', $from, $to, '', ''), 'getAgentLogin' => $soap->getAgentLogin('wrong', $extension),
];
check(array_values($wrongKey) === [false, false, false, false, ...array_fill(0, 9, '-1')], 'a wrong key answers ' . json_encode($wrongKey));

// Who is it?
$user = $soap->getUserByAgent($key, $agent);
check($user !== '' && $soap->getUserByAgent($key, '99999') === '', "agent $agent is the user '$user'");
$person = elements($soap->getUserInfo($key, $user), 'user')[0]['@'];
check($person['nroAgente'] === $agent && $person['agente'] === '1', 'getUserInfo answers ' . json_encode($person));
check($soap->getUserInfo($key, 'nadie') === '', 'getUserInfo knows nadie');

// Logs in, at one telephone. Where a run was cut short the agent is still there.
$soap->logoutAgent($key, $agent);
check($soap->getAgentLoggedInfo($key, $user) === '0', "$user is logged in already");
check($soap->loginAgent($key, $agent, '99999') === false, 'a login at an extension that there is not');
check($soap->loginAgent($key, $agent, $extension) === true, "loginAgent at $extension");
check($soap->loginAgent($key, $agent, $other) === false, "a second login, at $other");
$logged = elements($soap->getAgentLoggedInfo($key, $user), 'user')[0]['@'];
check($logged['logueado'] === '1' && $logged['nroAgente'] === $agent && $logged['extension'] === $extension, 'getAgentLoggedInfo: ' . json_encode($logged));
$places = array_column(array_map(fn ($e) => $e['@'] + ['text' => $e['text']], elements($soap->getAgentLogin($key, "$extension,$other"), 'extension')), null, 'number');
check(array_map('strval', array_keys($places)) === [$extension, $other] && $places[$other]['text'] === '', 'getAgentLogin: ' . json_encode($places));
check(elements($places[$extension]['text'], 'agent')[0]['@'] === ['number' => $agent, 'user' => $user, 'name' => $person['nombre']], 'who is at the extension');
$queues = array_column(array_column(elements($places[$extension]['text'], 'queue'), '@'), null, 'name');
check($queues !== [] && array_column($queues, 'is_logged') === array_fill(0, count($queues), 'true'), 'logged in to ' . json_encode($queues));

/** What statusQueues shows of the agent: status and name, and the place in each queue. */
$panel = function () use ($soap, $key, $agent): array {
    $xml = $soap->statusQueues($key);
    check(str_starts_with($xml, '<?xml version="1.0" encoding="ISO-8859-1"'), 'statusQueues begins ' . substr($xml, 0, 60));
    $mine = fn ($e) => $e['text'] === $agent;
    $shown = ['agent' => array_values(array_filter(elements($xml, 'agent'), $mine))[0]['@'], 'queues' => []];
    foreach (elements($xml, 'queue') as $queue) {
        foreach (array_filter(elements($queue['text'], 'qagent'), $mine) as $member) {
            $shown['queues'][$queue['@']['qname']] = $member['@'];
        }
    }
    return $shown;
};

// Pauses with a reason: everywhere. A customer may have come first.
check($soap->pauseAgent($key, $agent, '', 'nope') === false, 'a pause with a reason that there is not');
check($soap->pauseAgent($key, $agent, '', $code) === true, "pauseAgent with reason $code");
for ($end = time() + 100; ($shown = $panel())['agent']['status'] !== 'busyout' && time() < $end; usleep(500_000)) {
}
check($shown['agent']['status'] === 'busyout' && $shown['agent']['name'] === $person['nombre'], 'statusQueues: ' . json_encode($shown));
$reason = reset($shown['queues'])['pausetype'];
check($reason !== '' && array_keys($shown['queues']) === array_keys($queues), 'statusQueues: ' . json_encode($shown));
foreach ($shown['queues'] as $queue => $member) {
    check([$member['logged'], $member['paused'], $member['pausetype']] === ['true', 'true', $reason], "in $queue: " . json_encode($member));
}
sleep(2);

// Goes on, and logs out
check($soap->unpauseAgent($key, $agent, 'q_nadie') === false, 'the end of a pause in a queue that there is not');
check($soap->unpauseAgent($key, $agent, implode(',', array_keys($queues))) === true, 'unpauseAgent');
foreach ($panel()['queues'] as $queue => $member) {
    check([$member['logged'], $member['paused'], $member['pausetype']] === ['true', 'false', ''], "in $queue: " . json_encode($member));
}
check($soap->logoutAgent($key, $agent) === true, 'logoutAgent');
check($soap->logoutAgent($key, $agent) === false, 'a second logoutAgent');
check($soap->getAgentLoggedInfo($key, $user) === '0', "$user is still logged in");

// The session is in the reports, the same in all
foreach (array_keys($queues) as $queue) {
    // Written from the PBX's log, which is read every moment. An earlier session ended before this login; this one ended 2 s and more after it.
    for ($session = null, $end = time() + 20; $session === null && time() < $end; usleep(200_000)) {
        $detail = elements($soap->agentSessionDetail($key, $from, $to, $user, $queue), 'queue')[0] ?? ['text' => ''];
        $since = strtotime($queues[$queue]['logged_date']) + 2;
        $session = array_values(array_filter(elements($detail['text'], 'session'), fn ($s) => strtotime($s['@']['end']) >= $since))[0] ?? null;
    }
    check($session !== null, "agentSessionDetail has not the session in $queue");
    ['start' => $began, 'end' => $ended, 'duration' => $duration] = $session['@'];
    check(strtotime($ended) - strtotime($began) === (int) $duration, 'the session ' . json_encode($session));
    $pauses = array_column(elements($session['text'], 'pause'), '@');
    check(count($pauses) === 1 && $pauses[0]['type'] === $reason && $pauses[0]['duration'] >= 2, 'its pauses ' . json_encode($pauses));
    check($began <= $pauses[0]['start'] && $pauses[0]['end'] <= $ended, 'its pauses ' . json_encode($pauses));

    $activities = array_column(elements($soap->queueData($key, $queue, $agent, $from, $to), 'activity'), '@');
    $moves = array_slice(array_filter($activities, fn ($a) => in_array($a['action'], ['LOGIN', 'PAUSE', 'UNPAUSE', 'LOGOUT'])), -4);
    check(array_column($moves, 'action') === ['LOGIN', 'PAUSE', 'UNPAUSE', 'LOGOUT'], 'queueData: ' . json_encode($moves));
    check(array_column($moves, 'date') === [$began, $pauses[0]['start'], $pauses[0]['end'], $ended], 'queueData: ' . json_encode($moves));
    check(array_column($moves, 'cause') === ['', $reason, '', ''] && array_unique(array_column($moves, 'uniqueid')) === ['NONE'], 'queueData: ' . json_encode($moves));

    ['logged' => $loggedFor, 'paused' => $pausedFor] = $detail['@'];
    $name = "($agent) {$person['nombre']}";
    $data = array_column(array_column(elements($soap->agentData($key, $queue, $from, $to), 'agent'), '@'), null, 'agente')[$name] ?? null;
    check($data !== null && [$data['logueadoSeg'], $data['pausadoSeg']] === [$loggedFor, $pausedFor], "agentData of $name in $queue: " . json_encode($data));
    check($data['disponibleSeg'] + $data['pausadoSeg'] + $data['habladoSeg'] + $data['habladoSalienteSeg'] == $loggedFor, 'agentData: ' . json_encode($data));
    $times = $soap->getAgentTimes($key, $from, $to, $user, $queue);
    $row = elements($times, 'agent')[0]['@'];
    check($row === ['agent' => $agent, 'user' => $user, 'name' => $person['nombre'], 'loged' => $loggedFor, 'paused' => $pausedFor], "getAgentTimes: $times");
}
check($soap->getAgentTimes($key, $to, $from, $user, '') === '-8', 'getAgentTimes of a period that ends before it begins');

echo json_encode([
    'wrongKey' => array_values($wrongKey), 'user' => $user, 'name' => $person['nombre'], 'extension' => $logged['extension'],
    'queues' => array_keys($queues), 'descriptions' => array_column($queues, 'description'), 'status' => $shown['agent']['status'],
    'reason' => $reason, 'paused' => (int) $pauses[0]['duration'], 'agente' => $data['agente'],
], JSON_UNESCAPED_UNICODE), "\n";
