namespace MtaSts.Protocol.Reports;

/// <summary>What is wrong with a certificate: the MX host's, or the policy host's.</summary>
internal static class CertificateReasons
{
    private const string OurOwn = "Check that the CNAME points to this service and that the name has no A or AAAA record. If so, the certificate is from this service, and its operator must correct it.";

    private static Explanation NoRoots { get; } = new(
        "reason.sender-roots",
        "The sender has no list of authorities to check certificates against.",
        Fault.Sender,
        "You cannot fix this. If it persists, contact the sender.",
        []);

    public static IReadOnlyList<Reason> Precise { get; } =
    [
        // An alert from the other side refers to the certificate that the sender presented.
        Mail("client-certificate",
            "The MX host refused the sender's client certificate, or requires one.",
            "Many senders have no client certificate: switch client certificate authentication off at port 25.",
            [],
            "tls remote alert 42", "tls remote alert 43", "tls remote alert 44", "tls remote alert 45", "tls remote alert 46", "tls remote alert 48", "tls remote alert 116",
            "remote error: tls: bad certificate", "remote error: tls: certificate required", "remote error: tls: expired certificate", "remote error: tls: unknown certificate",
            "certificate required"),
        Both("not-yet-valid",
            "The certificate is not valid yet.",
            "Check the clock of the machine that created the certificate. If only one sender reports this, its own clock is wrong.",
            "The policy host's certificate is not valid yet.",
            "Check the clock of the machine that created the policy host's certificate. If only one sender reports this, its own clock is wrong.",
            [Bounces.MicrosoftCertificate],
            "X509_V_ERR_CERT_NOT_YET_VALID", "certificate is not yet valid", "certificate not yet valid", "certificate not valid yet", "NotValidYet", "not yet valid: current time … is before"),
        Both("expired",
            "A certificate in the chain had expired.",
            "Renew it and reload the server. If the server's own certificate is still valid, an intermediate certificate that it sends has expired.",
            "A certificate of the policy host had expired.",
            "Renew it and reload the web server, and find out why it was not renewed automatically.",
            [Bounces.MicrosoftCertificate, Bounces.MicrosoftExpired],
            "X509_V_ERR_CERT_HAS_EXPIRED", "certificate has expired", "has expired or is not yet valid", "certificate expired", "certificate: expired", "expired certificate", "x509-expired", "5.7.322",
            "4.7.322"),
        Both("host-mismatch",
            "The certificate does not name the host to which the sender connected.",
            "Get a certificate whose names include the MX host exactly as in the MX record; a wildcard covers one label only.",
            "The certificate does not name the policy host: usually because another web server answers for it.",
            "Get a certificate that names mta-sts.<your domain>, and check to which server its A and AAAA records point.",
            [Bounces.MicrosoftCertificate, Bounces.MicrosoftHostMismatch, Bounces.PostfixNotVerified],
            "X509_V_ERR_HOSTNAME_MISMATCH", "hostname mismatch", "certificate is valid for", "certificate is not valid for any names", "certificate not valid for name", "NotValidForName",
            "doesn't contain any IP SANs", "host mismatch", "name mismatch", "hostname not matched", "subject mismatch", "san mismatch", "x509-hostname", "relies on legacy Common Name", "no alternative certificate subject name",
            "does not match target host name", "certificate subject does not match", "Server certificate not verified", "5.7.325", "4.7.325"),
        Both("revoked",
            "The authority has revoked the certificate.",
            "Get a new certificate with a new key, and find out why the old one was revoked. The authority informs the contact of the certificate.",
            "The authority has revoked the policy host's certificate.",
            "Get a new certificate with a new key for the policy host, and find out why the old one was revoked.",
            [Bounces.MicrosoftCertificate],
            "X509_V_ERR_CERT_REVOKED", "certificate revoked", "certificate has been revoked", "revoked"),
        Both("wrong-purpose",
            "The certificate was not issued for servers, or a certificate in the chain may not sign this one.",
            "Get a certificate for TLS servers (extended key usage serverAuth) with its authority's own chain.",
            "The policy host's certificate was not issued for servers, or a certificate in its chain may not sign it.",
            "Get a certificate for TLS servers for the policy host, with its authority's own chain.",
            [Bounces.MicrosoftCertificate],
            "X509_V_ERR_INVALID_PURPOSE", "X509_V_ERR_INVALID_CA", "X509_V_ERR_PATH_LENGTH_EXCEEDED", "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", "X509_V_ERR_KEYUSAGE_NO_CERTSIGN",
            "incompatible key usage", "unsupported certificate purpose", "path length constraint exceeded", "not authorized to sign", "not authorized for this name",
            "not authorized for ext key usage", "not authorized for an extended key usage", "too many intermediates", "too many constraints", "name constraint without sans",
            "unconstrained name", "parent subject child issuer mismatch", "CaUsedAsEndEntity"),
        Both("weak",
            "The certificate's key or signature is weaker than the sender accepts.",
            "Get a certificate with an RSA key of 2048 bits or more, or ECDSA, signed with SHA-256.",
            "The key or signature of the policy host's certificate is weaker than the sender accepts.",
            "Get a certificate for the policy host with an RSA key of 2048 bits or more, or ECDSA, signed with SHA-256.",
            [Bounces.MicrosoftCertificate],
            "X509_V_ERR_EE_KEY_TOO_SMALL", "X509_V_ERR_CA_KEY_TOO_SMALL", "X509_V_ERR_CA_MD_TOO_WEAK", "ee key too small", "ca key too small", "md too weak", "insecure algorithm"),
        new Reason
        {
            Signs = ["no system roots", "system roots … unavailable", "failed to load system roots"],
            AtMailHost = NoRoots,
            AtPolicyHost = NoRoots,
        },
        Both("self-signed",
            "The certificate is self-signed, or signed by a private authority that senders do not know.",
            "Use a certificate of a public authority.",
            "The policy host's certificate is self-signed, or signed by an authority that senders do not know.",
            "Use a certificate of a public authority for the policy host.",
            [Bounces.MicrosoftCertificate, Bounces.PostfixNotTrusted],
            "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT", "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate", "self signed certificate"),
        Both("chain-incomplete",
            "The sender found no chain from the certificate to an authority that it trusts. Usually the server does not send its intermediate certificates.",
            "Configure the full chain (certbot's fullchain.pem, not cert.pem), reload, and check with openssl s_client -starttls smtp -showcerts.",
            "The sender found no chain from the policy host's certificate to an authority that it trusts. Usually the web server does not send its intermediate certificates.",
            "Configure the full chain (certbot's fullchain.pem, not cert.pem) at the policy host, reload, and check with openssl s_client -showcerts.",
            [Bounces.MicrosoftCertificate, Bounces.PostfixNotTrusted],
            "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT", "X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to get local issuer certificate",
            "unable to get issuer certificate", "unable to verify the first certificate", "signed by unknown authority", "x509-unknown-authority", "untrusted root", "partial chain",
            "UntrustedRoot", "PartialChain", "unknown ca", "UnknownIssuer", "unknown certificate authority", "certificate not trusted", "certificate untrusted", "untrusted certificate", "chain building failed", "chain incomplete", "incomplete chain"),
    ];

    public static IReadOnlyList<Reason> Other { get; } =
    [
        Both("certificate-other",
            "The certificate was checked and refused.",
            "Look up the code in OpenSSL's verify documentation, and check the chain with openssl s_client -starttls smtp -showcerts.",
            "The policy host's certificate was checked and refused.",
            "Open https://mta-sts.<your domain> and check the chain with openssl s_client -showcerts. OpenSSL's verify documentation explains the code.",
            [Bounces.MicrosoftCertificate],
            "X509_V_ERR", "certificate signature failure", "certificate verify failed", "failed to verify certificate", "invalid peer certificate", "Remote certificate failed", "bad certificate",
            "go x509 invalid reason", "certificate verification error", "5.7.5", "4.7.5"),
    ];

    private static Reason Mail(string word, string means, string next, IReadOnlyList<string> bounces, params string[] signs) => new()
    {
        Signs = signs,
        AtMailHost = new("reason." + word, means, Fault.MailHost, next, bounces),
    };

    private static Reason Both(string word, string means, string next, string policyMeans, string nextElsewhere, IReadOnlyList<string> bounces, params string[] signs) =>
        Mail(word, means, next, bounces, signs) with { AtPolicyHost = new("reason.policy-host-" + word, policyMeans, Fault.PolicyHost, OurOwn, []) { NextElsewhere = nextElsewhere } };
}
