namespace MtaSts.Grains.Domains;

/// <summary>Whether policies are fetched over the public network, as senders do, and what hangs on it.</summary>
public enum OutsideCheck
{
    /// <summary><see cref="Required"/>, but <see cref="Off"/> with the <c>Local</c> hostname provider, whose operator may have no public name.</summary>
    Auto,

    /// <summary>Policies are not fetched.</summary>
    Off,

    /// <summary>What is wrong is shown and becomes an alert.</summary>
    Advised,

    /// <summary>As advised, and a version's id is announced only after the version was seen from outside.</summary>
    Required,
}
