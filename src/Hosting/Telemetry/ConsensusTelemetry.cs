namespace Consensus.Hosting;

/// <summary>Under what name metrics and spans are collected: that of the meter, and of the source of activities.</summary>
/// <remarks>What there is, is declared in <c>registry/</c>. Whoever wants it names this to the collector, for example <c>AddMeter(ConsensusTelemetry.Name)</c> and <c>AddSource(ConsensusTelemetry.Name)</c> of OpenTelemetry.</remarks>
public static class ConsensusTelemetry
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    public const string Name = "Consensus";
}
