namespace Expand.Server.Webhooks.Pages;

/// <summary>How a receiver checks a message's signature with nothing but its language's own library.</summary>
internal static class VerifyExamples
{
    public static IReadOnlyList<string> Languages { get; } = ["PHP", "Node.js", "Python", "C#"];

    public static string Of(string language) => language switch
    {
        "PHP" => Php,
        "Node.js" => Node,
        "Python" => Python,
        _ => CSharp,
    };

    internal const string Php =
        """
        <?php
        $secret = base64_decode(substr(getenv('WEBHOOK_SECRET'), strlen('whsec_')));
        $body = file_get_contents('php://input');
        $id = $_SERVER['HTTP_WEBHOOK_ID'];
        $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'];
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $secret, true));
        $ok = abs(time() - (int)$timestamp) <= 300;
        $found = false;
        foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE']) as $signature)
            $found = hash_equals($expected, $signature) || $found;
        if (!$ok || !$found) { http_response_code(401); exit; }
        $event = json_decode($body, true);   // $event['type'], $event['timestamp'], $event['data']
        http_response_code(204);
        """;

    internal const string Node =
        """
        import { createServer } from 'node:http';
        import { createHmac, timingSafeEqual } from 'node:crypto';

        const secret = Buffer.from(process.env.WEBHOOK_SECRET.slice('whsec_'.length), 'base64');

        function isValid(headers, body) {
          const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
          if (!id || !signatures || !(Math.abs(Date.now() / 1000 - timestamp) <= 300)) return false;
          const expected = Buffer.from('v1,' + createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64'));
          return signatures.split(' ').map(s => Buffer.from(s)).some(s => s.length === expected.length && timingSafeEqual(s, expected));
        }

        createServer((request, response) => {
          const parts = [];
          request.on('data', part => parts.push(part)).on('end', () => {
            const body = Buffer.concat(parts).toString('utf8');
            if (!isValid(request.headers, body)) return response.writeHead(401).end();
            const event = JSON.parse(body);   // event.type, event.timestamp, event.data
            console.log(request.headers['webhook-id'], event.type);
            response.writeHead(204).end();
          });
        }).listen(process.env.PORT || 3000, '127.0.0.1');
        """;

    internal const string Python =
        """
        import base64, hashlib, hmac, time

        def is_valid(secret, headers, body):   # body: the bytes as they came
            key = base64.b64decode(secret.removeprefix("whsec_"))
            msg_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
            if abs(time.time() - int(timestamp)) > 300:
                return False
            signed = f"{msg_id}.{timestamp}.".encode() + body
            expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            return any(hmac.compare_digest(expected, s) for s in headers["webhook-signature"].split(" "))
        """;

    internal const string CSharp =
        """
        static bool IsValid(string secret, string id, string timestamp, string signatures, string body)
        {
            if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp)) > 300) return false;
            var key = Convert.FromBase64String(secret["whsec_".Length..]);
            var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"));
            var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(hash));
            return signatures.Split(' ').Any(s => CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(s)));
        }
        """;
}
