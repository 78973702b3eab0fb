namespace MtaSts.Protocol.Reports;

/// <summary>What the policy says, and what fetching it can end in.</summary>
internal static class PolicyReasons
{
    private static Explanation Required { get; } = new(
        "reason.sts-required",
        "The sender insists on MTA-STS for this domain and found no policy.",
        Fault.Sender,
        "Publish a policy, or tell the sender that there is to be none.",
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
                "The MX host is not on the list of the policy that the sender has.",
                Fault.Policy,
                "Compare the policy's mx lines with the MX records. When they agree, this sender still holds an older policy: see which one, and until when.",
                [Bounces.MicrosoftMx, Bounces.PostfixNotVerified]),
        },
        new()
        {
            Signs = ["4.3.0", "server unavailable or unable to receive mail"],
            AtMailHost = new(
                "reason.postfix-mx-not-listed",
                "Postfix 3.10 and later passed over every MX host, as none is on the list of the policy; it sends no TLS report of that.",
                Fault.Policy,
                "Compare the policy's mx lines with the MX records, one label for each wildcard. The sender's log says which host: \"does not match STS MX pattern\".",
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
            "Check that the CNAME leads to us and that hosting is switched on: something else may be answering for the policy host.",
            "Put the file at https://mta-sts.<your domain>/.well-known/mta-sts.txt; or, where there is to be no policy any more, remove the TXT record at _mta-sts.",
            ["404", "410"],
            "response code: 404", "response code: 410", "status code: 404", "status 404", "HTTP 404", "404 Not Found", "StatusCode=404", "no policy served", "policy not found"),
        PolicyHost("policy-redirected",
            "The policy host answered with a redirect, which senders must not follow (RFC 8461 §3.3).",
            "This service never redirects: check that the CNAME leads to us and that no proxy stands before it.",
            "Serve the file at its own address: no redirect, not to www and not to another path.",
            ["301", "302", "303", "307", "308"],
            "redirect", "redirected", "response code: 301", "response code: 302", "status 301", "status 302", "HTTP 301", "HTTP 302"),
        PolicyHost("policy-refused",
            "The policy host refused the sender: a filter, a bot challenge or a block by country.",
            "This service refuses nobody: check that the CNAME leads to us and that no proxy of yours stands before it.",
            "Let nothing stand before the policy file: no challenge, no rate limit, no filter by agent or country.",
            ["401", "403", "429"],
            "response code: 401", "response code: 403", "response code: 429", "status 403", "HTTP 403", "forbidden", "too many requests"),
        PolicyHost("policy-server-error",
            "The policy host answered with an error of its own.",
            "A single one may be an outage of minutes. When it lasts, check where the CNAME leads, and tell the operator.",
            "A single one may be an outage of minutes. When it lasts, look into the log of the policy host's web server, and of a proxy before it.",
            ["500", "502", "503", "504", "520", "521", "522", "523", "524", "525", "526", "530"],
            "response code: 500", "status 500", "HTTP 500", "internal server error", "bad gateway", "service unavailable", "bad https response"),
        new()
        {
            Signs = ["no mta-sts dns txt record", "multiple mta-sts records", "record syntax error", "Record not found", "Failed to parse MTA-STS DNS record"],
            AtPolicyHost = new(
                "reason.policy-record",
                "The policy record at _mta-sts is missing, cannot be read, or stands there more than once.",
                Fault.Dns,
                "Publish exactly one TXT record that begins with v=STSv1, as the set-up page shows it.",
                []) { NextElsewhere = "Publish exactly one TXT record at _mta-sts.<your domain>: v=STSv1; id=<letters and digits>;" },
        },
        PolicyHost("policy-content",
            "What was fetched as the policy is not one: its media type, a missing line, or its size.",
            "Fetch the file yourself: when it is not the policy shown here, something else answers for the policy host.",
            "Fetch the file yourself; it must be text/plain with version, mode, max_age and mx.",
            [],
            "content-type", "content type", "media type", "missing version", "missing mode", "missing max_age", "invalid policy", "malformed policy", "policy too large", "empty policy",
            "policy syntax error", "failed to parse policy"),
    ];

    public static IReadOnlyList<Reason> Other { get; } =
    [
        PolicyHost("policy-fetch",
            "The policy could not be fetched, and the sender does not say why; or it waits a while after it could not.",
            "A few now and then are the network's, or the sender's. When many senders say so, check that the CNAME is in place and that nothing else answers for the policy host.",
            "A few now and then are the network's, or the sender's. When many senders say so, fetch the file yourself, over IPv4 and IPv6.",
            [],
            "cannot fetch policy", "failed to fetch policy", "policy fetch error", "policy fetch failure", "policy fetch failed", "back off after recent fetch error", "fallback to cached policy"),
        new()
        {
            // Microsoft's, which says no more.
            Signs = ["validation failure", "validation failed", "mta sts validation"],
            AtMailHost = new(
                "reason.validation",
                "The sender's check of the MX host failed, and it does not say why. Microsoft writes this when the host's certificate does not verify: a name that is missing, an expired or incomplete chain, an unknown authority.",
                Fault.MailHost,
                "Look at the host's certificate with openssl s_client -starttls smtp -showcerts: its names must include the MX host, and its chain must lead to a public authority. Then compare the policy's mx lines with the MX records.",
                [Bounces.MicrosoftCertificate]),
            AtPolicyHost = new(
                "reason.policy-host-validation",
                "The sender's check of the policy host failed, and it does not say why: usually its certificate.",
                Fault.PolicyHost,
                "Check that the CNAME leads to us, and that no A or AAAA record stands beside it.",
                []) { NextElsewhere = "Look at the policy host's certificate with openssl s_client -showcerts, and fetch the file yourself, over IPv4 and IPv6." },
        },
    ];

    private static Reason PolicyHost(string word, string means, string next, string nextElsewhere, IReadOnlyList<string> statuses, params string[] signs) => new()
    {
        Signs = signs,
        Statuses = statuses,
        AtPolicyHost = new("reason." + word, means, Fault.PolicyHost, next, []) { NextElsewhere = nextElsewhere },
    };
}
