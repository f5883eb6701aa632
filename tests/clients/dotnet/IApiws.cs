using System.ServiceModel;

namespace Expand.Clients.DotNet;

/// <summary>The service as <c>dotnet-svcutil …/apiws/2/apiws.php?wsdl</c> writes it, with methods that wait.</summary>
[ServiceContract(Namespace = "urn:apiws", ConfigurationName = "apiwsPortType")]
[XmlSerializerFormat(Style = OperationFormatStyle.Rpc)]
internal interface IApiws
{
    [OperationContract(Action = "urn:apiws#originateCall", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string originateCall(string authorizedKey, string src, string srcCallerID, string dst, string dstCallerID, int timeout, string callinfo);

    [OperationContract(Action = "urn:apiws#originateCallStatus", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    int originateCallStatus(string authorizedKey, string originatedID);

    [OperationContract(Action = "urn:apiws#originateCallCancel", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    int originateCallCancel(string authorizedKey, string originatedID);

    [OperationContract(Action = "urn:apiws#extensionPbx", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string extensionPbx(string authorizedKey);

    [OperationContract(Action = "urn:apiws#recordingPbx", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string recordingPbx(string authorizedKey, string uniqueId);

    [OperationContract(Action = "urn:apiws#cdrData", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string cdrData(string authorizedKey, string? uniqueid, string? inicio, string? fin);

    [OperationContract(Action = "urn:apiws#cdrCustom", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string cdrCustom(string authorizedKey, string inicio, string fin);

    [OperationContract(Action = "urn:apiws#statusQueues", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string statusQueues(string authorizedKey);

    [OperationContract(Action = "urn:apiws#queueData", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string queueData(string authorizedKey, string Cola, string Agente, string FechaInicio, string FechaFin);

    [OperationContract(Action = "urn:apiws#agentData", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string agentData(string authorizedKey, string Cola, string FechaInicio, string FechaFin);

    [OperationContract(Action = "urn:apiws#loginAgent", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    bool loginAgent(string authorizedKey, string agent, string extension);

    [OperationContract(Action = "urn:apiws#logoutAgent", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    bool logoutAgent(string authorizedKey, string agent);

    [OperationContract(Action = "urn:apiws#pauseAgent", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    bool pauseAgent(string authorizedKey, string agent, string queues, string pauseDTMF);

    [OperationContract(Action = "urn:apiws#unpauseAgent", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    bool unpauseAgent(string authorizedKey, string agent, string queues);

    [OperationContract(Action = "urn:apiws#getAgentLoggedInfo", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string getAgentLoggedInfo(string authorizedKey, string username);

    [OperationContract(Action = "urn:apiws#getUserByAgent", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string getUserByAgent(string authorizedKey, string agent);

    [OperationContract(Action = "urn:apiws#getUserInfo", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string getUserInfo(string authorizedKey, string username);

    [OperationContract(Action = "urn:apiws#getAgentTimes", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string getAgentTimes(string authorizedKey, string inicio, string fin, string agente, string cola);

    [OperationContract(Action = "urn:apiws#agentSessionDetail", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string agentSessionDetail(string authorizedKey, string inicio, string fin, string userID, string cola);

    [OperationContract(Action = "urn:apiws#getAgentLogin", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string getAgentLogin(string authorizedKey, string extensions);

    [OperationContract(Action = "urn:apiws#sendSms", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    int sendSms(string authorizedKey, int msgId, string msgData, string msgRecip);

    [OperationContract(Action = "urn:apiws#statusSms", ReplyAction = "*")]
    [return: MessageParameter(Name = "return")]
    string statusSms(string authorizedKey, int idSMS);
}
