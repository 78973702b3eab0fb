namespace MtaSts.Grains;

/// <summary>The kinds of alerts: a closed list. Permanent: they are stored, and programs use them. Their texts are in the application's catalogue.</summary>
public static class AlertKinds
{
    /// <summary>The CNAME of the policy host no longer points here. <c>target</c>, <c>seen</c></summary>
    public const string CnameLost = "cname-lost";

    /// <summary>The CNAME is not visible, and a request to the name does not arrive here. <c>fault</c>, <c>address</c>, <c>detail</c></summary>
    public const string PolicyHostUnreached = "policy-host-unreached";

    /// <summary>Another workspace's token is in the DNS.</summary>
    public const string ClaimChallenged = "claim-challenged";

    /// <summary>The policy record has a different id than the served policy. <c>published</c>, <c>expected</c>, <c>delegated</c>, <c>retiring</c>; from reports <c>organizations</c>, <c>version</c>, <c>cachedUntil</c>, <c>mode</c></summary>
    public const string PolicyRecordMismatch = "policy-record-mismatch";

    /// <summary>There is no policy record. <c>expected</c>, <c>delegated</c>, <c>retiring</c></summary>
    public const string PolicyRecordMissing = "policy-record-missing";

    /// <summary>The policy record cannot be read, or there are several. <c>expected</c></summary>
    public const string PolicyRecordInvalid = "policy-record-invalid";

    /// <summary>The delegated policy record could not be written. <c>reported</c>, <c>advised</c></summary>
    public const string PolicyRecordNotWritten = "policy-record-not-written";

    /// <summary>MX hosts that the policy does not cover. <c>mx</c>, <c>mode</c>, <c>cached</c>, <c>retiring</c></summary>
    public const string MxNotCovered = "mx-not-covered";

    /// <summary>The policy should be enforced but is served in testing. <c>advice</c>: <see cref="PolicyAdviceCodes"/></summary>
    public const string EnforceHeldBack = "enforce-held-back";

    /// <summary>The policy will be enforced automatically. <c>plannedAt</c></summary>
    public const string EnforceAnnounced = "enforce-announced";

    /// <summary>The mode was changed automatically. <c>mode</c>, <c>since</c></summary>
    public const string ModeChanged = "mode-changed";

    /// <summary>A fetch from outside did not get the policy. <c>fault</c>, <c>address</c>, <c>detail</c></summary>
    public const string PolicyUnreachable = "policy-unreachable";

    /// <summary>CAA records forbid the renewal of the certificate. <c>owner</c>, <c>caa</c>, <c>authorities</c>, <c>operator</c>, <c>late</c></summary>
    public const string CaaRefused = "caa-refused";

    /// <summary>The hostname was missing at its provider. <c>back</c>, <c>reported</c>, <c>advised</c></summary>
    public const string HostnameLost = "hostname-lost";

    /// <summary>The hostname's provider reports a problem with it. <c>reported</c>, <c>advised</c></summary>
    public const string HostnameProblem = "hostname-problem";

    /// <summary>At least some senders cannot use the policy record of a domain whose policy is not served here. <c>seen</c></summary>
    /// <remarks>The kinds <c>own-…</c> concern the domain's own policy, which another service serves.</remarks>
    public const string OwnRecordInvalid = "own-record-invalid";

    /// <summary>A policy that another service serves cannot be fetched. <c>fault</c>, <c>address</c>, <c>detail</c>, <c>mode</c></summary>
    public const string OwnPolicyUnreachable = "own-policy-unreachable";

    /// <summary>MX hosts that a policy of another service does not cover. <c>mx</c>, <c>mode</c></summary>
    public const string OwnMxNotCovered = "own-mx-not-covered";

    /// <summary>A policy that another service serves changed, but its id did not. <c>published</c></summary>
    public const string OwnIdUnchanged = "own-id-unchanged";

    /// <summary>The certificate of a policy host at another service was not renewed in time. <c>until</c>, <c>late</c>, <c>mode</c></summary>
    public const string OwnCertificateEnds = "own-certificate-ends";

    /// <summary>The reporting record named the claim's report address, but no longer does. <c>seen</c></summary>
    public const string ReportsLost = "reports-lost";

    /// <summary>
    /// Sessions fail that an enforced policy or DANE turns into undelivered mail, and more than usual. A row has the same place in each list: <c>organizations</c>, <c>reportedMx</c> (empty when
    /// not reported), <c>resultTypes</c>, <c>failed</c>, <c>sessions</c>, <c>lastDays</c>; <c>newReporters</c>, <c>more</c>, <c>since</c>, <c>mode</c>
    /// </summary>
    public const string SessionsFailing = "sessions-failing";

    /// <summary>Organisations that reported regularly sent no more reports. <c>organizations</c>, <c>lastDays</c>, <c>all</c></summary>
    public const string ReportersSilent = "reporters-silent";

    /// <summary>The reporting record has been published for days, and no report has arrived. <c>since</c></summary>
    public const string NoReports = "no-reports";

    /// <summary>MX hosts that do not answer, over one address family or both. The facts of all kinds of MX hosts: <c>mx</c>, <c>address</c>, <c>expected</c>, <c>seen</c>, <c>since</c>, <c>mode</c>, <c>cached</c>. Also <c>all</c></summary>
    public const string MxUnreachable = "mx-unreachable";

    /// <summary>MX hosts without STARTTLS.</summary>
    public const string MxNoStarttls = "mx-no-starttls";

    /// <summary>MX hosts with which there is no TLS session of version 1.2 or later.</summary>
    public const string MxTlsFailed = "mx-tls-failed";

    /// <summary>The certificate of MX hosts has expired, or is not valid yet.</summary>
    public const string MxCertificateExpired = "mx-certificate-expired";

    /// <summary>The certificate of MX hosts is for other names.</summary>
    public const string MxCertificateOtherName = "mx-certificate-other-name";

    /// <summary>The certificate of MX hosts does not chain to a trusted root.</summary>
    public const string MxCertificateNotTrusted = "mx-certificate-not-trusted";

    /// <summary>The certificate of MX hosts was not renewed and expires soon. Also <c>until</c>, <c>late</c></summary>
    public const string MxCertificateEnds = "mx-certificate-ends";

    /// <summary>The TLSA records of MX hosts do not match the certificate that they present.</summary>
    public const string MxTlsaNotMatched = "mx-tlsa-not-matched";

    /// <summary>No report was counted for any domain, although reports are due. <c>since</c>, <c>silos</c></summary>
    /// <remarks>The kinds <c>service-…</c> concern the service itself; only its operator gets them.</remarks>
    public const string ServiceIntakeStopped = "service-intake-stopped";

    /// <summary>Reports wait on the disk of a silo, because storage does not take them. <c>share</c>, <c>since</c>, <c>late</c>, <c>silos</c></summary>
    public const string ServiceSpoolGrowing = "service-spool-growing";

    /// <summary>Reports cannot be kept on the disk of a silo: its disk is full, or its folder unusable. <c>silos</c></summary>
    public const string ServiceSpoolUnusable = "service-spool-unusable";

    /// <summary>Modules that fail. <c>modules</c>, <c>reported</c>, <c>silos</c></summary>
    public const string ServiceModuleFailing = "service-module-failing";

    /// <summary>Modules that could not be loaded or configured. <c>modules</c>, <c>reported</c>, <c>silos</c></summary>
    public const string ServiceModuleUnusable = "service-module-unusable";

    /// <summary>The gateway's certificate was not renewed in time. <c>until</c>, <c>late</c>, <c>silos</c></summary>
    public const string ServiceCertificateEnds = "service-certificate-ends";

    /// <summary>The gateway's certificate files cannot be used; an earlier certificate is presented. <c>silos</c></summary>
    public const string ServiceCertificateUnusable = "service-certificate-unusable";

    /// <summary>The system clock differs from the measured time. <c>silos</c></summary>
    public const string ServiceClockDiffers = "service-clock-differs";

    /// <summary>The network blocks connections to port 25. <c>all</c>: not only over IPv6; <c>silos</c></summary>
    public const string ServicePort25Blocked = "service-port25-blocked";

    /// <summary>Storage did not take writes within the last hour. It is stored when storage is back. <c>since</c>, <c>full</c>, <c>silos</c></summary>
    public const string ServiceStorageFailed = "service-storage-failed";

    /// <summary>A step of the MX change plan may be taken, or the MX records were switched before the plan allowed it. <c>step</c>, <c>mx</c>, <c>early</c>, <c>until</c>, <c>mode</c></summary>
    public const string MxPlanStep = "mx-plan-step";
}

/// <summary>Names of an alert's parameters. Permanent.</summary>
public static class AlertParameters
{
    /// <summary>The required target of the CNAME.</summary>
    public const string Target = "target";

    /// <summary>What was found: the actual content of the DNS, or of an MX host what it presented.</summary>
    public const string Seen = "seen";

    /// <summary>A <see cref="MtaSts.Protocol.FetchFaultKind"/>.</summary>
    public const string Fault = "fault";

    /// <summary>The queried address.</summary>
    public const string Address = "address";

    /// <summary>The fault's detail.</summary>
    public const string Detail = "detail";

    /// <summary>The id seen in the DNS.</summary>
    public const string Published = "published";

    /// <summary>The id to publish, or of an MX host what it should present.</summary>
    public const string Expected = "expected";

    /// <summary>Present: the service writes the record.</summary>
    public const string Delegated = "delegated";

    /// <summary>Present: hosting was switched off.</summary>
    public const string Retiring = "retiring";

    /// <summary>MX hosts.</summary>
    public const string Mx = "mx";

    /// <summary>The mode of the policy: <c>none</c>, <c>testing</c> or <c>enforce</c>. Absent when it is not known.</summary>
    public const string Mode = "mode";

    /// <summary>Present: it concerns an earlier policy, which senders may still have cached.</summary>
    public const string Cached = "cached";

    /// <summary>Codes of the advice that was not followed.</summary>
    public const string Advice = "advice";

    /// <summary>The name of the records.</summary>
    public const string Owner = "owner";

    /// <summary>CAA records in presentation format.</summary>
    public const string Caa = "caa";

    /// <summary>Issuer domain names of the hostname provider's authorities.</summary>
    public const string Authorities = "authorities";

    /// <summary>Present: the records belong to the service's operator.</summary>
    public const string Operator = "operator";

    /// <summary>Present: the certificate expires soon or has expired.</summary>
    public const string Late = "late";

    /// <summary>When it will be done: <c>2026-12-31T23:59Z</c>.</summary>
    public const string PlannedAt = "plannedAt";

    /// <summary>When the certificate expires: a date, <c>2026-12-31</c>.</summary>
    public const string Until = "until";

    /// <summary>When it was first seen: <c>2026-12-31T23:59Z</c>, or <c>2026-12-31</c> when only the day is known.</summary>
    public const string Since = "since";

    /// <summary>Present: it concerns every MX host of the domain, or every organisation that reports.</summary>
    public const string All = "all";

    /// <summary>Present: the hostname exists again.</summary>
    public const string Back = "back";

    /// <summary>The provider's report, verbatim.</summary>
    public const string Reported = "reported";

    /// <summary>The provider's advice, verbatim.</summary>
    public const string Advised = "advised";

    /// <summary>Sending organisations: their rows, see <see cref="SendingOrganizations"/>.</summary>
    public const string Organizations = "organizations";

    /// <summary>The last day that each organisation reported: dates, <c>2026-12-31</c>.</summary>
    public const string LastDays = "lastDays";

    /// <summary>The organisations that reported on few or no earlier days: anyone can send such a report.</summary>
    public const string NewReporters = "newReporters";

    /// <summary>MX hosts as senders report them; <see cref="Mx"/> has those that this service sees.</summary>
    public const string ReportedMx = "reportedMx";

    /// <summary>Result types of RFC 8460 §4.3.</summary>
    public const string ResultTypes = "resultTypes";

    /// <summary>Failed sessions.</summary>
    public const string Failed = "failed";

    /// <summary>All sessions, with the failed ones.</summary>
    public const string Sessions = "sessions";

    /// <summary>How many rows are not listed.</summary>
    public const string More = "more";

    /// <summary>The number of the policy version that senders apply.</summary>
    public const string Version = "version";

    /// <summary>When the last cached copy expires: a date, <c>2026-12-31</c>.</summary>
    public const string CachedUntil = "cachedUntil";

    /// <summary>The silos that see it, by address.</summary>
    public const string Silos = "silos";

    /// <summary>Names of modules.</summary>
    public const string Modules = "modules";

    /// <summary>Percent of the limit, in steps.</summary>
    public const string Share = "share";

    /// <summary>Present: the disk was full.</summary>
    public const string Full = "full";

    /// <summary>A <see cref="Grains.MxPlanStep"/>, in the form <c>switchMx</c>.</summary>
    public const string Step = "step";

    /// <summary>Present: the MX records were switched too early.</summary>
    public const string Early = "early";
}
