namespace Consensus.Cli.Demo;

/// <summary>Something worth telling whoever watches.</summary>
/// <param name="At">When, from the start of the demo.</param>
/// <param name="Kind">Whether it is good or bad.</param>
/// <param name="Text">What, in words.</param>
internal sealed record DemoEvent(TimeSpan At, DemoEventKind Kind, string Text);
