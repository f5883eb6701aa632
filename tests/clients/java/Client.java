import apiws.ApiwsLocator;
import apiws.ApiwsPortType;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A CRM's calls with the stubs that Axis 1.4 makes of the WSDL (see run.sh): Client ENDPOINT KEY [SRC DST SILENT] */
public class Client {
    private final ApiwsPortType soap;
    private final String key, src, dst, silent;

    Client(String... args) throws Exception {
        soap = new ApiwsLocator().getapiwsPort(new URL(args[0]));
        key = args[1];
        src = args.length > 4 ? args[2] : "705";
        dst = args.length > 4 ? args[3] : "706";
        silent = args.length > 4 ? args[4] : "712";
    }

    public static void main(String... args) throws Exception {
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(new Client(args).run());
    }

    String run() throws Exception {
        // Extensions
        Map<String, String> names = new TreeMap<>();
        for (Map<String, String> row : rows(soap.extensionPbx(key), "extensioninfo")) names.put(row.get("extension"), row.get("calleridName"));
        check(names.containsKey(src) && names.containsKey(dst), "extensions " + src + " and " + dst + " are not in " + names);

        // A wrong key is -1, everywhere
        List<Object> wrongKey = Arrays.asList(
            soap.originateCall("wrong", src, "A", dst, "B", 20, ""), soap.originateCallStatus("wrong", "12345678"),
            soap.originateCallCancel("wrong", "12345678"), soap.extensionPbx("wrong"),
            soap.cdrData("wrong", "", "2026-01-01", "2026-01-02"), soap.cdrCustom("wrong", "2026-01-01", "2026-01-02"));
        check(wrongKey.equals(Arrays.asList("-1", -1, -1, "-1", "-1", "-1")), "a wrong key answers " + wrongKey);

        // A call: rings, is answered, is cancelled
        String name = "Peña & Cía " + Long.toHexString(System.nanoTime() & 0xffffff | 0x1000000).substring(1), info = "contrato=" + name;
        String job = soap.originateCall(key, src, name, dst, "Señor <Núñez>", 20, info);
        check(job.matches("[0-9a-f]{8}"), "originateCall answers '" + job + "'");
        List<Integer> statuses = follow(job, 2);
        check(soap.originateCallCancel(key, job) == 1, "a connected call cannot be cancelled");
        statuses.addAll(follow(job, 3));
        check(soap.originateCallCancel(key, job) == 0, "an ended call can be cancelled");

        // Another one, cancelled while its destination rings
        String ringing = soap.originateCall(key, src, name, silent, "", 60, "");
        for (int i = 0; i < 8; i++) {
            int status = soap.originateCallStatus(key, ringing);
            check(status == 1, "a call to " + silent + " has status " + status);
            Thread.sleep(500);
        }
        check(soap.originateCallCancel(key, ringing) == 1, "a ringing call cannot be cancelled");
        follow(ringing, 3);

        // No such job; and requests that would reach past their argument
        List<Integer> unknown = Arrays.asList(soap.originateCallStatus(key, "00000000"), soap.originateCallCancel(key, "00000000"));
        check(unknown.equals(Arrays.asList(0, 0)), "an unknown job answers " + unknown);
        String line = "\r\nAction: Hangup";
        List<Integer> injected = new ArrayList<>();
        for (String id : Arrays.asList(
            soap.originateCall(key, src + line, "A", dst, "B", 20, "info"), soap.originateCall(key, src, "A" + line, dst, "B", 20, "info"),
            soap.originateCall(key, src, "A", dst + line, "B", 20, "info"), soap.originateCall(key, src, "A", dst, "B" + line, 20, "info"),
            soap.originateCall(key, src, "A", dst, "B", 20, "info" + line))) injected.add(soap.originateCallStatus(key, id));
        check(injected.equals(Collections.nCopies(5, 6)), "line breaks in an argument give " + injected);

        // The call's record: by period, then by its uniqueid; its callinfo
        String from = LocalDate.now().minusDays(1).toString(), to = LocalDate.now().plusDays(1).toString();
        Map<String, String> call = null;
        for (long end = System.nanoTime() + 20_000_000_000L; call == null && System.nanoTime() < end; Thread.sleep(200)) {
            for (Map<String, String> row : rows(soap.cdrData(key, "", from, to), "call"))
                if (row.get("clid").equals(name + " (" + src + ")") && row.get("dst").equals(dst)) call = row;
        }
        check(call != null, "no record of '" + name + "' in cdrData");
        check(rows(soap.cdrData(key, call.get("uniqueid"), null, null), "call").contains(call), "cdrData by uniqueid does not find it");
        check(rows(soap.cdrData(key, null, "2001-01-01", "2001-01-01"), "call").isEmpty(), "there are calls of the year 2001");
        Map<String, String> custom = null;
        for (Map<String, String> row : rows(soap.cdrCustom(key, from, to), "call"))
            if (row.get("uniqueid").equals(call.get("uniqueid"))) custom = row;
        check(custom != null, "the call is not in cdrCustom");
        check(custom.get("observaciones").equals(info), "cdrCustom has the callinfo '" + custom.get("observaciones") + "'");

        // An agent logs in, pauses and goes, whatever there was before; a wrong key is false
        soap.logoutAgent(key, "108");
        List<Boolean> moves = Arrays.asList(
            soap.loginAgent("wrong", "108", "708"), soap.loginAgent(key, "108", "708"), soap.pauseAgent("wrong", "108", "", "3"), soap.pauseAgent(key, "108", "", "3"));
        check(moves.equals(Arrays.asList(false, true, false, true)), "loginAgent and pauseAgent answer " + moves);
        List<Map<String, String>> queues = rows(soap.getAgentLogin(key, "708"), "queue");
        check(queues.size() == 2, "agent 108 is logged in to " + queues);
        for (Map<String, String> queue : queues)
            check(queue.get("is_paused").equals("true") && queue.get("pause_type").equals("Baño"), "agent 108 is not paused: " + queue);
        check(rows(soap.statusQueues(key), "agent").stream().anyMatch(agent -> agent.get("name").equals("Héctor Pereyra")), "statusQueues lacks agent 108");
        moves = Arrays.asList(soap.unpauseAgent("wrong", "108", ""), soap.unpauseAgent(key, "108", ""), soap.logoutAgent("wrong", "108"), soap.logoutAgent(key, "108"));
        check(moves.equals(Arrays.asList(false, true, false, true)), "unpauseAgent and logoutAgent answer " + moves);

        // A call that there is not has no recording
        check(soap.recordingPbx(key, "1.1").contains("<recording status=\"-1\" uniqueid=\"1.1\""), "recordingPbx of no call");

        // Messages: 0 where no gateway is configured
        check(soap.sendSms("wrong", 0, "hola", "099123456") == -1 && soap.statusSms("wrong", 1).equals("-1"), "a wrong key sends messages");
        check(soap.sendSms(key, 0, "hola", "09a") == 0 && soap.sendSms(key, 1, "hola", "099123456") == 0, "a wrong message is taken");
        int sms = soap.sendSms(key, 0, "Señal: 5 €", "099123456 099123457");
        check(sms == 0 || (sms > 0 && Arrays.asList("PENDING", "SENT").contains(soap.statusSms(key, sms))), "sendSms answers " + sms);
        check(soap.statusSms(key, Integer.MAX_VALUE).isEmpty(), "there is a status of no message");

        return "{\"extension\":" + json(names.get(src)) + ",\"wrongKey\":" + json(wrongKey) + ",\"statuses\":" + statuses
            + ",\"unknown\":" + unknown + ",\"injected\":" + injected + ",\"name\":" + json(name) + ",\"clid\":" + json(call.get("clid"))
            + ",\"disposition\":" + json(call.get("disposition")) + ",\"dst\":" + json(call.get("dst")) + ",\"dnis\":" + json(custom.get("dnis"))
            + ",\"callinfo\":" + json(custom.get("observaciones")) + "}";
    }

    /** Follows a job until it has the wanted status; answers all that it had on the way. */
    List<Integer> follow(String job, int wanted) throws Exception {
        List<Integer> seen = new ArrayList<>();
        for (long end = System.nanoTime() + 20_000_000_000L; System.nanoTime() < end; Thread.sleep(100)) {
            int status = soap.originateCallStatus(key, job);
            if (seen.isEmpty() || seen.get(seen.size() - 1) != status) seen.add(status);
            if (status == wanted) return seen;
        }
        check(false, "job " + job + " did not get status " + wanted + " but " + seen);
        return seen;
    }

    /** The elements of a report, each as its attributes. */
    static List<Map<String, String>> rows(String report, String element) throws Exception {
        check(report.startsWith("<?xml"), "no report but '" + report + "'");
        NodeList elements = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new InputSource(new StringReader(report))).getElementsByTagName(element);
        List<Map<String, String>> rows = new ArrayList<>();
        for (int i = 0; i < elements.getLength(); i++) {
            Map<String, String> row = new TreeMap<>();
            NamedNodeMap attributes = elements.item(i).getAttributes();
            for (int j = 0; j < attributes.getLength(); j++) row.put(attributes.item(j).getNodeName(), attributes.item(j).getNodeValue());
            rows.add(row);
        }
        return rows;
    }

    static String json(Object value) {
        return value instanceof List
            ? ((List<?>) value).stream().map(v -> json(v.toString())).collect(Collectors.joining(",", "[", "]"))
            : '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static void check(boolean right, String what) {
        if (right) return;
        System.err.println("java: " + what);
        System.exit(1);
    }
}
