<?php
// A customer's CRM with PHP's own SoapServer, as "php -S HOST:PORT crm.php" runs it. What it is asked goes to the file CRM_LOG, a line of JSON each.
class Crm
{
    public function getCallerIDName($callerIdNum)
    {
        $this->note('getCallerIDName', func_get_args());
        return "José \"Pepe\" Núñez";
    }

    public function IVRCode($UniqueID, $callerIdNum, $IVRCode, $IVRData)
    {
        $this->note('IVRCode', func_get_args());
        return ";$IVRCode ok";
    }

    public function pushAgentInfo($uniqueid, $queuename, $callerid, $agentchan, $ivrdata)
    {
        $this->note('pushAgentInfo', func_get_args());
        return true;
    }

    private function note(string $operation, array $arguments): void
    {
        file_put_contents(getenv('CRM_LOG'), json_encode([$operation, ...$arguments], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES) . "\n", FILE_APPEND | LOCK_EX);
    }
}

$server = new SoapServer(null, ['uri' => 'urn:apiws']);
$server->setClass('Crm');
$server->handle();
