using System.Diagnostics;
using System.Net;
using Consensus.Engine;
using Consensus.Hosting.Validation;
using Consensus.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>Makes the TCP transport that a node uses unless it is given another one.</summary>
/// <param name="name">The group's name.</param>
internal sealed class TcpTransportSetup(string name)
{
    /// <summary>A <see cref="TransportFactory"/>.</summary>
    public ITransport Create(IServiceProvider services, ConsensusOptions options, IEngine engine) => new TcpTransport(
        ToOptions(options, services.GetRequiredKeyedService<ExpectedKeys>(name)),
        engine.Codec,
        ResolverOf(services),
        services.GetRequiredKeyedService<TimeProvider>(name),
        services.GetRequiredService<ILogger<TcpTransport>>(),
        services.GetRequiredKeyedService<NodeCredentials>(name).Source);

    /// <summary>The group's resolver, or the one of the whole host; null if members are where the membership says.</summary>
    public IPeerResolver? ResolverOf(IServiceProvider services) => services.GetKeyedService<IPeerResolver>(name) ?? services.GetService<IPeerResolver>();

    /// <summary>The transport's own settings, from valid ones.</summary>
    public static TcpTransportOptions ToOptions(ConsensusOptions options, ExpectedKeys keys)
    {
        var settings = options.Transport;
        return new TcpTransportOptions
        {
            Node = options.Node,
            Cluster = options.ClusterId,
            Listen = ListenEndPoint(options),
            FrameLengthMax = settings.FrameLengthMax,
            QueuedBytesMax = settings.QueuedBytesMax,
            QueuedFramesMax = settings.QueuedFramesMax,
            BackOffMin = settings.BackOffMin,
            BackOffMax = settings.BackOffMax,
            ConnectTimeout = settings.ConnectTimeout,
            HandshakeTimeout = settings.HandshakeTimeout,
            PendingHandshakesMax = settings.PendingHandshakesMax,
            KeepAliveAfter = settings.KeepAliveAfter,
            UnansweredMax = settings.UnansweredMax,
            PeerKeys = keys,
            AddressBook = AddressBookRules.ToBook(settings),
        };
    }

    /// <summary>Where the node listens, from valid settings.</summary>
    public static IPEndPoint ListenEndPoint(ConsensusOptions options) => ListenAddress(options).ToListenEndPoint();

    /// <summary>The setting that says where the node listens: its path in the configuration, and its value.</summary>
    public static (string Path, string Value) ListenSetting(ConsensusOptions options)
    {
        if (options.Transport.Listen.Length > 0)
        {
            return ($"{options.Path}:{nameof(options.Transport)}:{nameof(options.Transport.Listen)}", options.Transport.Listen);
        }

        var own = options.Members.Index().First(member => member.Item.Id == options.Node);
        return ($"{MemberRules.PathOf(options, own.Index)}:{nameof(own.Item.Address)}", own.Item.Address);
    }

    private static HostPort ListenAddress(ConsensusOptions options)
    {
        var (path, text) = ListenSetting(options);
        return HostPort.TryParse(text, out var address)
            ? address
            : throw new UnreachableException($"{path}, \"{text}\", passed the validation of the settings.");
    }
}
