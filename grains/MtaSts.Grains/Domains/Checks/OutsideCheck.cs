namespace MtaSts.Grains.Domains;

/// <summary>Whether policies are fetched over the public network, as senders do, and the effects.</summary>
public enum OutsideCheck
{
    /// <summary><see cref="Required"/>, but <see cref="Off"/> with the <c>Local</c> hostname provider, whose operator may have no public name.</summary>
    Auto,

    /// <summary>Policies are not fetched.</summary>
    Off,

    /// <summary>Problems are shown and become alerts.</summary>
    Advised,

    /// <summary>As <see cref="Advised"/>, and a version's id is announced only after the version was fetched from outside.</summary>
    Required,
}
