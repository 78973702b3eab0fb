using MimeKit;
using MimeKit.Cryptography;
using MtaSts.Grains.Tests.Reports;
using MtaSts.Protocol.Reports;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace MtaSts.Grains.Tests.Dkim;

/// <summary>Report mails as a reporter signs them, with keys made by the test.</summary>
internal static class SignedMail
{
    public const string Selector = "tlsrpt";

    private static readonly Lazy<AsymmetricCipherKeyPair> Rsa2048 = new(() => NewRsa(2048));
    private static readonly Lazy<AsymmetricCipherKeyPair> Rsa768 = new(() => NewRsa(768));
    private static readonly Lazy<AsymmetricCipherKeyPair> NewEd25519 = new(static () =>
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return generator.GenerateKeyPair();
    });

    public static AsymmetricCipherKeyPair Rsa => Rsa2048.Value;

    public static AsymmetricCipherKeyPair ShortRsa => Rsa768.Value;

    public static AsymmetricCipherKeyPair Ed25519 => NewEd25519.Value;

    /// <summary>The key record's <c>p=</c>.</summary>
    public static string Public(AsymmetricCipherKeyPair pair) => Convert.ToBase64String(
        pair.Public is Ed25519PublicKeyParameters ed ? ed.GetEncoded() : SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(pair.Public).GetDerEncoded());

    public static byte[] Unsigned(TlsReport report, string domain, string from = "noreply@bigmail.example") =>
        ReportMail.Write(report, domain, new ReportMailOptions { From = from, To = "token@tlsrpt.example", Date = Reported.Day.AddDays(1) });

    /// <summary>Signs as <paramref name="domain"/>; again on top of what is signed already, when called twice.</summary>
    public static byte[] Sign(byte[] mail, string domain, AsymmetricCipherKeyPair? key = null, Action<DkimSigner>? adjust = null)
    {
        using var message = Parse(mail);
        var pair = key ?? Rsa;
        var signer = new DkimSigner(pair.Private, domain, Selector, pair.Private is Ed25519PrivateKeyParameters ? DkimSignatureAlgorithm.Ed25519Sha256 : DkimSignatureAlgorithm.RsaSha256)
        {
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
        };
        adjust?.Invoke(signer);
        signer.Sign(message, ["From", "To", "Subject", "Date", "Message-ID", "TLS-Report-Domain", "TLS-Report-Submitter"]);
        return Bytes(message);
    }

    /// <summary>Rewrites the (first) signature field's tags.</summary>
    public static byte[] Retag(byte[] mail, Func<string, string> change)
    {
        using var message = Parse(mail);
        var field = message.Headers.First(header => header.Id == HeaderId.DkimSignature);
        field.Value = change(field.Value);
        return Bytes(message);
    }

    private static MimeMessage Parse(byte[] mail) => MimeMessage.Load(new MemoryStream(mail));

    private static byte[] Bytes(MimeMessage message)
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var written = new MemoryStream();
        message.WriteTo(format, written);
        return written.ToArray();
    }

    private static AsymmetricCipherKeyPair NewRsa(int bits)
    {
        var generator = new RsaKeyPairGenerator();
        generator.Init(new KeyGenerationParameters(new SecureRandom(), bits));
        return generator.GenerateKeyPair();
    }
}
