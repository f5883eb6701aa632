using Expand.Server.Access;
using Expand.Server.Access.Inspector;
using Expand.Server.Activity;
using Expand.Server.Agents;
using Expand.Server.Calls;
using Expand.Server.Cdr;
using Expand.Server.Cli;
using Expand.Server.Crm;
using Expand.Server.Dialer;
using Expand.Server.DoNotCall;
using Expand.Server.Forms;
using Expand.Server.Lists;
using Expand.Server.OutgoingCalls;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Platform.OpenApi;
using Expand.Server.Platform.Rest;
using Expand.Server.Queues;
using Expand.Server.Recordings;
using Expand.Server.Reports;
using Expand.Server.Sms;
using Expand.Server.Ui;
using Expand.Server.Webhooks;

// A list of rooms; nothing else. The SOAP operations stand in the contract's order: the published WSDL keeps it.
return await CommandLine.RunAsync(args, new Rooms(
    services => services
        .AddPlatform()
        .AddRest()
        .AddOpenApi()
        .AddPbx()
        .AddAccess()
        .AddCalls()
        .AddCdr()
        .AddActivity()
        .AddQueues()
        .AddAgents()
        .AddLists()
        .AddDoNotCall()
        .AddDialer()
        .AddOutgoingCalls()
        .AddForms()
        .AddReports()
        .AddRecordings()
        .AddSms()
        .AddCrm()
        .AddWebhooks()
        .AddSoapContract(
        [
            .. CallsSoap.Operations, RecordingsSoap.Recording, CdrSoap.Data, CdrSoap.Custom,
            .. QueuesSoap.Operations, .. AgentsSoap.Operations,
            .. SmsSoap.Operations,
        ])
        .AddUi(),
    app => app
        .UsePlatform()
        .UseInspector()
        .UseRest()
        .MapSoapContract()
        .MapAccess()
        .MapLists()
        .MapDoNotCall()
        .MapDialer()
        .MapOutgoingCalls()
        .MapForms()
        .MapReports()
        .MapRecordings()
        .MapSms()
        .MapCrm()
        .MapWebhooks()
        .MapHealth()
        .MapEvents()
        .MapOpenApi()
        .MapUi()));
