using System.Text.Json;

namespace MtaSts.Protocol.Reports.Decoding;

/// <content>The list of policies, each with its summary and failure details.</content>
internal ref partial struct ReportJson
{
    private List<ReportedPolicy>? Policies()
    {
        if (!_json.EnterList(out var single))
            return null;
        var policies = new List<ReportedPolicy>(2);
        if (single)
        {
            _json.Policy = 0;
            var only = Policy();
            _json.Policy = -1;
            _json.NoteSingle(only is not null, "policies");
            return only is null ? null : [only];
        }
        for (_json.Policy = 0; _json.NextElement(); _json.Policy++)
        {
            if (policies.Count == _limits.MaxPolicies)
            {
                _json.Truncated |= Truncations.Policies;
                _json.Policy = -1;
                _json.Note(MendCodes.PoliciesTruncated, "policies", $"There are more than {_limits.MaxPolicies} policies; the rest was skipped.");
                _json.SkipRestOfArray();
                break;
            }
            if (Policy() is { } policy)
                policies.Add(policy);
            else
                _json.Note(MendCodes.PolicySkipped, "", "The element is no object or names no policy; it was skipped.");
        }
        _json.Policy = -1;
        return policies;
    }

    private ReportedPolicy? Policy()
    {
        if (_json.Token != JsonTokenType.StartObject)
        {
            _json.Skip();
            return null;
        }
        string? type = null, domain = null;
        IReadOnlyList<string> policyString = [], mxHost = [];
        List<FailureDetail>? details = null;
        long successful = 0, failed = 0;
        bool hasPolicy = false, hasSummary = false;
        int seen = 0;
        while (_json.NextName())
        {
            if (_json.IsName("policy"u8))
            {
                if (_json.First(ref seen, 1))
                    hasPolicy = PolicyObject(ref type, ref domain, ref policyString, ref mxHost);
            }
            else if (_json.IsName("summary"u8))
            {
                if (_json.First(ref seen, 2))
                    hasSummary = Summary(ref successful, ref failed);
            }
            else if (_json.IsName("failure-details"u8))
            {
                if (_json.First(ref seen, 4))
                    details = Details();
            }
            else
            {
                _json.SkipValue();
            }
        }
        if (!hasPolicy)
            return null;
        if (type is null)
            _json.Note(MendCodes.PolicyTypeMissing, "policy.policy-type", "The policy has no type; it was kept without one.");
        if (domain is null)
            _json.Note(MendCodes.PolicyDomainMissing, "policy.policy-domain", "The policy names no domain; the mail's header or the address it came to has to tell.");
        else if (!ReportDomains.IsName(domain))
            _json.Note(MendCodes.PolicyDomainInvalid, "policy.policy-domain", "The domain is not a domain name; it was kept as written.");
        if (!hasSummary)
            _json.Note(MendCodes.SummaryMissing, "summary", "The policy has no summary; its counts were read as 0.");
        NoteExcess(details, failed);
        return new ReportedPolicy
        {
            PolicyType = PolicyTypes.Normalize(type ?? ""),
            PolicyDomain = domain,
            PolicyString = policyString,
            MxHost = mxHost,
            Successful = successful,
            Failed = failed,
            Details = details is null ? [] : details.ToArray(),
        };
    }

    private bool PolicyObject(ref string? type, ref string? domain, ref IReadOnlyList<string> policyString, ref IReadOnlyList<string> mxHost)
    {
        if (!_json.EnterObject())
            return false;
        int seen = 0;
        while (_json.NextName())
        {
            if (_json.IsName("policy-type"u8))
            {
                if (_json.First(ref seen, 1))
                    type = _json.Text("policy.policy-type");
            }
            else if (_json.IsName("policy-string"u8))
            {
                if (_json.First(ref seen, 2))
                    policyString = _json.List("policy.policy-string");
            }
            else if (_json.IsName("policy-domain"u8))
            {
                if (_json.First(ref seen, 4))
                    domain = _json.Text("policy.policy-domain") is { } name ? ReportDomains.Normalise(name) : null;
            }
            else if (_json.IsName("mx-host"u8))
            {
                if (_json.First(ref seen, 8))
                    mxHost = WithoutPrefix(_json.List("policy.mx-host"));
            }
            else
            {
                _json.SkipValue();
            }
        }
        return true;
    }

    private IReadOnlyList<string> WithoutPrefix(IReadOnlyList<string> hosts)
    {
        if (!hosts.Any(HasPrefix))
            return hosts;
        _json.Note(MendCodes.MxHostPrefix, "policy.mx-host", "The patterns begin with \"mx:\"; it was left out.");
        return [.. hosts.Select(WithoutPrefix).Where(h => h.Length > 0)];

        static string WithoutPrefix(string host)
        {
            while (HasPrefix(host))
                host = host[3..].Trim();
            return host;
        }

        static bool HasPrefix(string host) => host.StartsWith("mx:", StringComparison.OrdinalIgnoreCase);
    }

    private bool Summary(ref long successful, ref long failed)
    {
        if (!_json.EnterObject())
            return false;
        int seen = 0;
        while (_json.NextName())
        {
            if (_json.IsName("total-successful-session-count"u8))
            {
                if (_json.First(ref seen, 1))
                    successful = _json.Count("summary.total-successful-session-count");
            }
            else if (_json.IsName("total-failure-session-count"u8))
            {
                if (_json.First(ref seen, 2))
                    failed = _json.Count("summary.total-failure-session-count");
            }
            else
            {
                _json.SkipValue();
            }
        }
        if ((seen & 1) == 0)
            _json.Note(MendCodes.CountMissing, "summary.total-successful-session-count", "The count is absent; it was read as 0.");
        if ((seen & 2) == 0)
            _json.Note(MendCodes.CountMissing, "summary.total-failure-session-count", "The count is absent; it was read as 0.");
        return true;
    }

    private List<FailureDetail>? Details()
    {
        if (!_json.EnterList(out var single))
            return null;
        var details = new List<FailureDetail>();
        if (single)
        {
            _json.Detail = 0;
            var only = _details < _limits.MaxDetails ? Detail() : null;
            _json.Detail = -1;
            _json.NoteSingle(only is not null, "failure-details");
            if (only is null)
                return null;
            _details++;
            details.Add(only);
            return details;
        }
        for (_json.Detail = 0; _json.NextElement(); _json.Detail++)
        {
            if (_details == _limits.MaxDetails)
            {
                _json.Truncated |= Truncations.Details;
                _json.Detail = -1;
                _json.Note(MendCodes.DetailsTruncated, "failure-details", $"The report has more than {_limits.MaxDetails} failure details; the rest was skipped.");
                _json.SkipRestOfArray();
                break;
            }
            if (Detail() is { } detail)
            {
                details.Add(detail);
                _details++;
            }
            else
            {
                _json.Note(MendCodes.DetailSkipped, "", "The element is no object or has no result type; it was skipped.");
            }
        }
        _json.Detail = -1;
        return details;
    }

    private FailureDetail? Detail()
    {
        if (_json.Token != JsonTokenType.StartObject)
        {
            _json.Skip();
            return null;
        }
        string? type = null, sendingIp = null, host = null, helo = null, receivingIp = null, information = null, reason = null;
        long count = 0;
        int seen = 0;
        while (_json.NextName())
        {
            if (_json.IsName("result-type"u8))
            {
                if (_json.First(ref seen, 1))
                    type = _json.Text("result-type");
            }
            else if (_json.IsName("sending-mta-ip"u8))
            {
                if (_json.First(ref seen, 2))
                    sendingIp = _json.Text("sending-mta-ip");
            }
            else if (_json.IsName("receiving-mx-hostname"u8))
            {
                if (_json.First(ref seen, 4))
                    host = _json.Text("receiving-mx-hostname");
            }
            else if (_json.IsName("receiving-mx-helo"u8))
            {
                if (_json.First(ref seen, 8))
                    helo = _json.Text("receiving-mx-helo");
            }
            else if (_json.IsName("receiving-ip"u8))
            {
                if (_json.First(ref seen, 16))
                    receivingIp = _json.Text("receiving-ip");
            }
            else if (_json.IsName("failed-session-count"u8))
            {
                if (_json.First(ref seen, 32))
                    count = _json.Count("failed-session-count");
            }
            else if (_json.IsName("additional-information"u8))
            {
                if (_json.First(ref seen, 64))
                    information = _json.Text("additional-information") ?? information;
            }
            else if (_json.IsName("failure-reason-code"u8))
            {
                if (_json.First(ref seen, 128))
                    reason = _json.Text("failure-reason-code");
            }
            else if (_json.IsName("additional-info-uri"u8))
            {
                // The placeholder of the RFC's schema (§4.4), which some reporters use as the name.
                if (_json.First(ref seen, 256))
                {
                    _json.Note(MendCodes.FieldNameVariant, "additional-info-uri", "The field is named additional-info-uri; it was read as additional-information.");
                    information ??= _json.Text("additional-info-uri");
                }
            }
            else
            {
                _json.SkipValue();
            }
        }
        if (type is null)
            return null;
        if ((seen & 32) == 0)
            _json.Note(MendCodes.CountMissing, "failed-session-count", "The count is absent; it was read as 0.");
        return new FailureDetail
        {
            ResultType = ResultTypes.Normal(type),
            SendingMtaIp = sendingIp,
            ReceivingMxHostname = host,
            ReceivingMxHelo = helo,
            ReceivingIp = receivingIp,
            FailedSessions = count,
            AdditionalInformation = information,
            FailureReasonCode = reason,
        };
    }

    private void NoteExcess(List<FailureDetail>? details, long failed)
    {
        if (details is null)
            return;
        long sum = 0;
        foreach (var detail in details)
            sum = SessionCount.Add(sum, detail.FailedSessions);
        if (sum > failed)
            _json.Note(MendCodes.DetailsExceedTotal, "failure-details", "The details add up to more than the total; both were kept, as one session may count under several results.");
    }
}
