<?php
// The peer in PHP: a SoapServer as in PHP's manual, on the description that the server publishes, which answers from nothing.
class Calls
{
    public function originateCallStatus($authorizedKey, $originatedID)
    {
        return 2;
    }
}

$server = new SoapServer(getenv('BENCH_WSDL') ?: $_SERVER['BENCH_WSDL'], ['cache_wsdl' => WSDL_CACHE_BOTH]);
$server->setClass('Calls');
$server->handle();
