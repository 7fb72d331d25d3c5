using Consensus.Engine;

namespace Consensus.Hosting;

/// <summary>Makes the transport of one node. The replica starts it and disposes of it.</summary>
/// <param name="services">The host's services.</param>
/// <param name="options">The node's settings.</param>
/// <param name="engine">The engine, whose <see cref="IEngine.Codec"/> knows the messages' wire form.</param>
public delegate ITransport TransportFactory(IServiceProvider services, ConsensusOptions options, IEngine engine);
