using MtaSts.Application.Domains;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Web.Mx;

/// <summary>Texts of an MX host.</summary>
public static class MxTexts
{
    /// <summary>The host in one word, with the kind of its chip. A policy refuses mail only in <c>enforce</c>.</summary>
    public static (string Kind, string Text) Mark(MxHostReport host, PolicyMode? mode)
    {
        ArgumentNullException.ThrowIfNull(host);
        SenderAction[] actions = mode == PolicyMode.Enforce ? [host.MtaSts.Action, host.Dane.Action] : [host.Dane.Action];
        if (actions.Contains(SenderAction.Refuses))
            return ("bad", "refused");
        if (actions.Contains(SenderAction.DeliversPartly))
            return ("warn", "partly refused");
        if (host.MtaSts.Action is SenderAction.Refuses or SenderAction.DeliversPartly)
            return ("warn", "not ready for enforce");
        return host.MtaSts.Action == SenderAction.Delivers ? ("ok", "good") : ("warn", "not known");
    }

    /// <summary>Whether the policy covers the host.</summary>
    public static string Policy(MxHostReport host, PolicyMode? mode)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.IsInPolicy switch
        {
            null => "no policy",
            true => $"covered ({mode?.ToText()})",
            false => $"not covered ({mode?.ToText()})",
        };
    }

    /// <summary>What a sender does.</summary>
    public static string Senders(MxVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict.Action switch
        {
            SenderAction.Delivers when verdict.Reason == MxReason.None => "deliver",
            SenderAction.Delivers => $"deliver: {Reason(verdict.Reason)}",
            SenderAction.DeliversPartly => $"deliver only to some addresses: {Reason(verdict.Reason)}",
            SenderAction.Refuses => $"do not deliver: {Reason(verdict.Reason)}",
            SenderAction.NotApplicable => $"deliver without it: {Reason(verdict.Reason)}",
            _ => $"not known: {Reason(verdict.Reason)}",
        };
    }

    /// <summary>How far a connection came.</summary>
    public static string Connection(MxAddress address, MxProbe probe)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(probe);
        var port25 = address.Address.Contains(':', StringComparison.Ordinal) ? probe.Port25OverIpv6 : probe.Port25;
        return address.Outcome switch
        {
            MxOutcome.NotTried => "not tried: no time was left",
            MxOutcome.PrivateAddress => "not a public address",
            MxOutcome.NoAnswer when port25 != Port25State.Open => "no answer, as from no other host so far",
            MxOutcome.NoAnswer => "no answer",
            MxOutcome.NoRoute => "no route from this service",
            MxOutcome.Refused when port25 != Port25State.Open => "connection refused, as by every other host so far",
            MxOutcome.Refused => "connection refused",
            MxOutcome.Silent => "connected, then silent",
            MxOutcome.Closed => "closed by the server",
            MxOutcome.NotSmtp => "does not answer with SMTP",
            MxOutcome.Rejected => "refuses this service",
            MxOutcome.NoStarttls => "no STARTTLS",
            MxOutcome.StarttlsRefused => "STARTTLS refused",
            MxOutcome.TlsFailed => "TLS handshake failed",
            MxOutcome.TlsTooOld => "TLS version too old",
            _ => "encrypted",
        };
    }

    /// <summary>How the certificate compares with the TLSA records.</summary>
    public static string Dane(DaneMatch? match) => match switch
    {
        null => "–",
        DaneMatch.Matched => "matches",
        DaneMatch.NoneUsable => "no usable record",
        DaneMatch.NotMatched => "does not match",
        DaneMatch.OtherName => "other name",
        _ => "expired",
    };

    /// <summary>What follows the end of a certificate's validity.</summary>
    public static string Term(MxCertificate certificate, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return CertificateTerms.Judge(certificate.NotBefore, certificate.NotAfter, now) switch
        {
            CertificateTerm.Good => "",
            CertificateTerm.NotValid => now < certificate.NotBefore ? " – not valid yet" : " – expired",
            _ => " – renewal is late",
        };
    }

    private static string Reason(MxReason reason) => reason switch
    {
        MxReason.NoSession => "no connection came as far as STARTTLS",
        MxReason.NotInPolicy => "no mx line covers the host",
        MxReason.NoStarttls => "no STARTTLS",
        MxReason.NoTls => "no TLS 1.2 or later",
        MxReason.CertificateExpired => "the certificate has expired",
        MxReason.CertificateNotYetValid => "the certificate is not valid yet",
        MxReason.CertificateNotTrusted => "the certificate is not trusted",
        MxReason.CertificateForOtherName => "the certificate is for other names",
        MxReason.NotValidated => "the DNS answers are not validated",
        MxReason.NoTlsa => "no signed TLSA records",
        MxReason.TlsaLookupFailed => "the lookup of the TLSA records fails",
        MxReason.TlsaNotUsable => "no TLSA record is usable",
        MxReason.TlsaNotMatched => "no TLSA record matches the certificate",
        _ => "nothing is wrong",
    };
}
