namespace Expand.Server.Dialer;

/// <summary>Requests and answers for the documentation, from the original's.</summary>
internal static class DialerExamples
{
    public const string Campaign =
        """
        { "id": 313, "name": "Renovaciones", "description": "", "state": "Active", "queue": "q_ventas", "mode": "progressive",
          "startdate": "2017-07-01", "enddate": "2017-12-31", "timezone": "America/Montevideo",
          "schedule": [ { "weekdays": ["mon", "tue"], "from": "09:00", "to": "18:00" } ],
          "redialrules": [ { "outcome": "Busy", "wait": 300, "attempts": 3 } ], "maxattempts": 5,
          "contacts": { "Pending": 10, "Completed": 2, "Rejected": 0, "Canceled": 0 } }
        """;

    public const string CampaignForm =
        """
        { "name": "Renovaciones", "description": "", "queue": "q_ventas", "mode": "progressive", "startdate": "2017-07-01", "enddate": "2099-12-31",
          "timezone": "America/Montevideo", "schedule": [ { "weekdays": ["mon", "tue"], "from": "09:00", "to": "18:00" } ],
          "redialrules": [ { "outcome": "Busy", "wait": 300, "attempts": 3 } ], "maxattempts": 5, "extension": "", "priority": 5, "maxcalls": 30,
          "ringtime": 30, "callerid": "", "trunk": "", "abandonmentcap": 3, "machinedetection": false, "holidays": true, "registers": true }
        """;

    public const string Campaigns = $$"""{ "recordsTotal": 1, "data": [ {{Campaign}} ] }""";

    public const string Body =
        """
        { "name": "Rodrigo", "numcall": "27111200", "enable": true,
          "info": { "ci": "3123456-0", "correo": "rangles@expand.com.uy" } }
        """;

    public const string Added =
        """
        { "attempttimestamp": "", "enable": true, "id": 1698, "idcall": 1698,
          "info": { "ci": "3123456-0", "correo": "rangles@expand.com.uy" }, "lastattempt": "", "name": "Rodrigo", "numcall": "27111200", "state": "Pending",
          "statelog": [ { "timestamp": "2017-11-10 18:50:13", "transition": "_Source_API_Apl" } ], "statetimestamp": "2017-11-10 18:50:13" }
        """;

    public const string Change =
        """
        { "name": "Rodrigo", "numcall": "099267067", "enable": true,
          "info": { "ci": "36860117", "correo": "info@expand.com.uy" } }
        """;

    public const string Changed =
        """
        { "attempttimestamp": "", "enable": true, "id": 1698, "idcall": 1698,
          "info": { "ci": "36860117", "correo": "info@expand.com.uy" }, "lastattempt": "", "name": "Rodrigo", "numcall": "099267067", "state": "Pending",
          "statelog": [ { "timestamp": "2017-11-10 18:50:13", "transition": "_Source_API_Apl" } ], "statetimestamp": "2017-11-10 18:50:13" }
        """;

    public const string Contacts =
        """
        { "recordsTotal": 18, "data": [
          { "attempttimestamp": "2017-07-12 15:43:40", "enable": true, "id": 1251, "idcall": 1251,
            "info": { "ci": "3123456-0", "correo": "rangles@expand.com.uy", "nombre": "Rodrigo Angles" }, "lastattempt": "Answer", "name": "Rodrigo",
            "numcall": "27111200", "state": "Completed", "statelog": [ { "timestamp": "2017-07-12 15:43:40", "transition": "Answer" } ],
            "statetimestamp": "2017-07-12 15:44:18" } ] }
        """;

    public const string Rows =
        """
        {"externalid":"A-1","name":"Rodrigo","numcall":"27111200","info":{"ci":"3123456-0"}}
        {"id":1251,"name":"Rodrigo Angles","numcall":"099267067","enable":false}
        """;
}
