namespace MtaSts.Host.Dns;

/// <summary>Whether the DNSSEC validation of the servers in use is believed: setting <c>Dns:TrustAuthenticatedData</c>, or its default.</summary>
internal sealed record DnsTrust(bool IsTrusted);
