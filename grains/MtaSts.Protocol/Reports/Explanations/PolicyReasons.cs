namespace MtaSts.Protocol.Reports;

/// <summary>Failures of the policy's content and of fetching it.</summary>
internal static class PolicyReasons
{
    private static Explanation Required { get; } = new(
        "reason.sts-required",
        "The sender requires MTA-STS for this domain and found no policy.",
        Fault.Sender,
        "Publish a policy, or tell the sender that there will be none.",
        []);

    public static IReadOnlyList<Reason> OfTheMxList { get; } =
    [
        new()
        {
            Signs =
            [
                "mx not listed", "mx mismatch", "MX hosts of", "mx hosts mismatch", "mx host mismatch", "mx hostname mismatch", "mx validation failure", "mx not in policy", "not in the policy", "not authorized by policy",
                "does not match policy", "does not match STS MX pattern", "no mx match", "4.4.8", "5.4.8",
            ],
            AtMailHost = new(
                "reason.mx-not-listed",
                "The policy that the sender applied does not list the MX host.",
                Fault.Policy,
                "Compare the policy's mx lines with the MX records. If they match, this sender still applies an older policy: check which one, and until when.",
                [Bounces.MicrosoftMx, Bounces.PostfixNotVerified]),
        },
        new()
        {
            Signs = ["4.3.0", "server unavailable or unable to receive mail"],
            AtMailHost = new(
                "reason.postfix-mx-not-listed",
                "Postfix 3.10 and later skips MX hosts that the policy does not list. It skipped all of them, and it sends no TLS report about this.",
                Fault.Policy,
                "Compare the policy's mx lines with the MX records, one label for each wildcard. The sender's log names the host: \"does not match STS MX pattern\".",
                [Bounces.PostfixUnavailable]),
        },
        new()
        {
            Signs = ["MTA-STS is required", "sts required"],
            AtMailHost = Required,
            AtPolicyHost = Required,
        },
    ];

    public static IReadOnlyList<Reason> OfTheFile { get; } =
    [
        PolicyHost("policy-not-found",
            "The policy host answered that there is no policy file.",
            "Check that the CNAME points to this service and that hosting is switched on. Another server may answer for the policy host.",
            "Put the file at https://mta-sts.<your domain>/.well-known/mta-sts.txt; or, if there is no policy any more, remove the TXT record at _mta-sts.",
            ["404", "410"],
            "response code: 404", "response code: 410", "status code: 404", "status 404", "HTTP 404", "404 Not Found", "StatusCode=404", "no policy served", "policy not found"),
        PolicyHost("policy-redirected",
            "The policy host answered with a redirect, which senders must not follow (RFC 8461 §3.3).",
            "This service never redirects. Check that the CNAME points to this service and that no proxy is in front of it.",
            "Serve the file at its own address: no redirect, not to www and not to another path.",
            ["301", "302", "303", "307", "308"],
            "redirect", "redirected", "response code: 301", "response code: 302", "status 301", "status 302", "HTTP 301", "HTTP 302"),
        PolicyHost("policy-refused",
            "The policy host refused the sender: a filter, a bot challenge or a block by country.",
            "This service does not refuse senders. Check that the CNAME points to this service and that none of your proxies is in front of it.",
            "Serve the policy file without a challenge, a rate limit, or a filter by agent or country.",
            ["401", "403", "429"],
            "response code: 401", "response code: 403", "response code: 429", "status 403", "HTTP 403", "forbidden", "too many requests"),
        PolicyHost("policy-server-error",
            "The policy host answered with an error of its own.",
            "A single error may be a short outage. If it persists, check the target of the CNAME, and contact the operator.",
            "A single error may be a short outage. If it persists, check the log of the policy host's web server, and of a proxy in front of it.",
            ["500", "502", "503", "504", "520", "521", "522", "523", "524", "525", "526", "530"],
            "response code: 500", "status 500", "HTTP 500", "internal server error", "bad gateway", "service unavailable", "bad https response"),
        new()
        {
            Signs = ["no mta-sts dns txt record", "multiple mta-sts records", "record syntax error", "Record not found", "Failed to parse MTA-STS DNS record"],
            AtPolicyHost = new(
                "reason.policy-record",
                "The policy record at _mta-sts is missing, cannot be read, or exists more than once.",
                Fault.Dns,
                "Publish exactly one TXT record that begins with v=STSv1, as the set-up page shows it.",
                []) { NextElsewhere = "Publish exactly one TXT record at _mta-sts.<your domain>: v=STSv1; id=<letters and digits>;" },
        },
        PolicyHost("policy-content",
            "The fetched file is not a valid policy, because of its media type, a missing line, or its size.",
            "Fetch the file yourself. If it is not the policy shown here, another server answers for the policy host.",
            "Fetch the file yourself; it must be text/plain with version, mode, max_age and mx.",
            [],
            "content-type", "content type", "media type", "missing version", "missing mode", "missing max_age", "invalid policy", "malformed policy", "policy too large", "empty policy",
            "policy syntax error", "failed to parse policy"),
    ];

    public static IReadOnlyList<Reason> Other { get; } =
    [
        PolicyHost("policy-fetch",
            "The policy could not be fetched, and the sender gives no reason; or the sender waits after an earlier failure.",
            "A few of these are normal, and caused by the network or the sender. If many senders report this, check that the CNAME is in place and that no other server answers for the policy host.",
            "A few of these are normal, and caused by the network or the sender. If many senders report this, fetch the file yourself, over IPv4 and IPv6.",
            [],
            "cannot fetch policy", "failed to fetch policy", "policy fetch error", "policy fetch failure", "policy fetch failed", "back off after recent fetch error", "fallback to cached policy"),
        new()
        {
            // Microsoft's reason, which gives no details.
            Signs = ["validation failure", "validation failed", "mta sts validation"],
            AtMailHost = new(
                "reason.validation",
                "The sender's check of the MX host failed, and the sender gives no reason. Microsoft reports this when the host's certificate does not verify: a name that is missing, an expired or incomplete chain, an unknown authority.",
                Fault.MailHost,
                "Check the host's certificate with openssl s_client -starttls smtp -showcerts: its names must include the MX host, and its chain must end at a public authority. Then compare the policy's mx lines with the MX records.",
                [Bounces.MicrosoftCertificate]),
            AtPolicyHost = new(
                "reason.policy-host-validation",
                "The sender's check of the policy host failed, and the sender gives no reason. The usual cause is the certificate.",
                Fault.PolicyHost,
                "Check that the CNAME points to this service, and that the name has no A or AAAA record.",
                []) { NextElsewhere = "Check the policy host's certificate with openssl s_client -showcerts, and fetch the file yourself, over IPv4 and IPv6." },
        },
    ];

    private static Reason PolicyHost(string word, string means, string next, string nextElsewhere, IReadOnlyList<string> statuses, params string[] signs) => new()
    {
        Signs = signs,
        Statuses = statuses,
        AtPolicyHost = new("reason." + word, means, Fault.PolicyHost, next, []) { NextElsewhere = nextElsewhere },
    };
}
