namespace Consensus.Client.Nodes;

/// <summary>One node as the client knows it.</summary>
/// <param name="address">Where it serves its API, with a slash at the end.</param>
/// <param name="position">Its place in the ring.</param>
internal sealed class NodeEndpoint(Uri address, int position)
{
    /// <summary>Where it serves its API.</summary>
    public Uri Address => address;

    /// <summary>Its place in the ring.</summary>
    public int Position => position;

    /// <summary>Its name in messages.</summary>
    public string Name { get; } = address.GetLeftPart(UriPartial.Authority);

    /// <summary>Its number, once a status told it.</summary>
    public NodeId Node { get; set; }

    /// <summary>How often it has failed in a row.</summary>
    public int Failures { get; set; }

    /// <summary>How many sessions it has opened that turned out to be of no use.</summary>
    public int SessionsInVain { get; set; }

    /// <summary>It is left alone until then, by the clock's timestamps; <see langword="null"/>: it need not be.</summary>
    public long? RestsUntil { get; set; }

    /// <summary>An address with a slash at its end, so that paths can be put behind it.</summary>
    public static Uri AddressOf(Uri endpoint) =>
        endpoint.AbsoluteUri.EndsWith('/') ? endpoint : new Uri(endpoint.AbsoluteUri + "/");
}
