using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Dns;

/// <summary>Implements the contract's look-ups with DnsClient: bounded and decoded. Network errors never throw.</summary>
/// <param name="isTrusted">The servers' AD bit is believed (RFC 4035 §4.9.3): they, and the network between, are the operator's.</param>
internal sealed class DnsLookup(ILookupClient client, bool isTrusted = false) : IDnsLookup
{
    /// <summary>Records accepted of one answer. More is an attack or a mistake, not a mail domain.</summary>
    public const int MaxRecords = 100;

    /// <summary>Servers queried one after another; resolver configurations contain three.</summary>
    private const int MaxServers = 3;

    /// <summary>Longest name the DNS allows, without the trailing dot.</summary>
    private const int MaxName = 253;

    private const string NoAnswer = "no answer in time";

    public async Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
    {
        name = name.TrimEnd('.').ToLowerInvariant();
        if (name.Length is 0 or > MaxName || name.Split('.').Any(label => label.Length is 0 or > 63) || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return DnsAnswer.Empty(DnsStatus.Failed, "not a name that the DNS can hold");
        var answer = DnsAnswer.Empty(DnsStatus.Failed, "no name server is known");
        // Each server is queried separately and in order: by default the client queries the next server after "no such name", and returns its time-out as the answer.
        foreach (var server in client.NameServers.Take(MaxServers))
        {
            answer = await AskAsync(server, name, type, cancellationToken);
            if (answer.Status != DnsStatus.Failed || cancellationToken.IsCancellationRequested)
                break;
        }
        return answer;
    }

    private async Task<DnsAnswer> AskAsync(NameServer server, string name, DnsType type, CancellationToken cancellationToken)
    {
        var question = Type(type);
        try
        {
            var response = await client.QueryServerAsync([server], name, question, cancellationToken: cancellationToken);
            return Answer(response, type) with { IsAuthentic = isTrusted && response.Header.IsAuthenticData };
        }
        catch (Exception exception)
        {
            // Any exception: a forged or broken answer causes exceptions of the client's internal types.
            return DnsAnswer.Empty(DnsStatus.Failed, cancellationToken.IsCancellationRequested ? NoAnswer : Problem(exception));
        }
    }

    /// <summary>Human-readable text; contains nothing of the answer and no server address.</summary>
    private static string Problem(Exception exception) => exception switch
    {
        OperationCanceledException or DnsResponseException { Code: DnsResponseCode.ConnectionTimeout } => NoAnswer,
        DnsResponseException or SocketException or IOException => "no name server can be reached",
        _ => "the name server's answer cannot be read",
    };

    private static DnsAnswer Answer(IDnsQueryResponse response, DnsType type)
    {
        switch (response.Header.ResponseCode)
        {
            case DnsHeaderResponseCode.NotExistentDomain:
                return DnsAnswer.Empty(DnsStatus.NoName);
            case not DnsHeaderResponseCode.NoError:
                return DnsAnswer.Empty(DnsStatus.Failed, response.ErrorMessage);
        }
        var records = response.Answers.Select(record => Record(record, type)).OfType<DnsRecord>().Take(MaxRecords).OrderBy(record => record.Preference).ToArray();
        return records.Length == 0 ? DnsAnswer.Empty(DnsStatus.NoData) : new DnsAnswer(DnsStatus.Found, records);
    }

    private static DnsRecord? Record(DnsResourceRecord record, DnsType type) => (type, record) switch
    {
        (DnsType.A, ARecord a) => Make(a, a.Address.ToString()),
        (DnsType.Aaaa, AaaaRecord a) => Make(a, a.Address.ToString()),
        (DnsType.Cname, CNameRecord cname) => Make(cname, Name(cname.CanonicalName)),
        (DnsType.Mx, MxRecord mx) => Make(mx, mx.Exchange.Value == "." ? "." : Name(mx.Exchange), mx.Preference),
        (DnsType.Txt, TxtRecord txt) => Make(txt, string.Concat(txt.Text)),
        (DnsType.Ns, NsRecord ns) => Make(ns, Name(ns.NSDName)),
        (DnsType.Soa, SoaRecord soa) => Make(soa, Name(soa.MName)),
        (DnsType.Caa, CaaRecord caa) => Make(caa, $"{caa.Flags} {caa.Tag} \"{caa.Value}\""),
        (DnsType.Tlsa, TlsaRecord tlsa) => Make(tlsa, $"{(int)tlsa.CertificateUsage} {(int)tlsa.Selector} {(int)tlsa.MatchingType} {tlsa.CertificateAssociationDataAsString}"),
        _ => null,
    };

    private static DnsRecord Make(DnsResourceRecord record, string value, int preference = 0) =>
        new(Name(record.DomainName), value, record.TimeToLive, preference);

    private static string Name(DnsString name) => name.Value.TrimEnd('.').ToLowerInvariant();

    private static QueryType Type(DnsType type) => type switch
    {
        DnsType.A => QueryType.A,
        DnsType.Aaaa => QueryType.AAAA,
        DnsType.Cname => QueryType.CNAME,
        DnsType.Mx => QueryType.MX,
        DnsType.Txt => QueryType.TXT,
        DnsType.Ns => QueryType.NS,
        DnsType.Soa => QueryType.SOA,
        DnsType.Caa => QueryType.CAA,
        DnsType.Tlsa => QueryType.TLSA,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
