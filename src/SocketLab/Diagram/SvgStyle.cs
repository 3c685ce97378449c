namespace SocketLab.Diagram;

internal static class SvgStyle
{
    /// <summary>Colours by the reader's setting; every pair has a contrast of 4.5 to 1 or more against the paper.</summary>
    public const string Css = """

        svg.sequence{--paper:#ffffff;--ink:#1c1c28;--dim:#5a5a68;--line:#9a9aa8;--head:#eef0f6;--data:#0b57b0;--control:#5a5a68;--bad:#c4161c;--cut:#a84800;--twice:#7b2fa8;--pill:#e2f2e4;--fold:#f3eede;
        font-family:ui-sans-serif,system-ui,"DejaVu Sans",sans-serif;font-size:15px}
        @media (prefers-color-scheme:dark){svg.sequence{--paper:#15161c;--ink:#eeeef4;--dim:#b0b0be;--line:#6c6c7c;--head:#262833;--data:#7fb8ff;--control:#b0b0be;--bad:#ff7a7a;--cut:#ffb060;--twice:#d9a0ff;--pill:#22402a;--fold:#3a3420}}
        .paper{fill:var(--paper)}
        text{fill:var(--ink)}
        .title{font-size:22px;font-weight:600}
        .head{fill:var(--head);stroke:var(--line)}
        .name{font-weight:600;font-size:17px}
        .where,.folded,.step{fill:var(--dim)}
        .where{font-size:13px}
        .life{stroke:var(--line);stroke-width:2}
        .dot{fill:var(--ink)}
        .dot.k-reset,.dot.k-refused,.dot.k-error,.dot.k-brokenpipe,.dot.k-unreachable{fill:var(--bad)}
        .dot.k-cut,.dot.k-timeout,.dot.k-limit,.dot.k-drop,.dot.k-queuefull,.dot.k-ignored{fill:var(--cut)}
        .pill{fill:var(--pill);stroke:var(--line)}
        .state{font-size:12.5px;font-weight:600}
        .fold{fill:var(--fold);stroke:var(--line);stroke-dasharray:6 4}
        .label,.step{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:14px;white-space:pre}
        .label,.step{paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round}
        .arrow{--c:var(--data)}
        .arrow.control,.arrow.untraced,.arrow.unread{--c:var(--control)}
        .arrow.lost,.arrow.reset,.arrow.refused,.arrow.rst{--c:var(--bad)}
        .arrow.cut{--c:var(--cut)}
        .arrow.duplicate{--c:var(--twice)}
        .arrow .shaft{stroke:var(--c);stroke-width:2.2;fill:none}
        .arrow .hit{stroke:transparent;stroke-width:18;fill:none}
        .arrow .tip{fill:var(--c)}
        .arrow .cross{stroke:var(--c);stroke-width:3.6;fill:none;stroke-linecap:round}
        .arrow .open{stroke:var(--c);stroke-width:2.2;fill:var(--paper)}
        .arrow .label{fill:var(--c)}
        .lost .shaft{stroke-dasharray:3 7}
        .reset .shaft,.refused .shaft{stroke-dasharray:12 5}
        .unread .shaft,.untraced .shaft{stroke-dasharray:8 5}
        .rst .shaft{stroke-width:4.5}
        .lost .label,.cut .label,.reset .label,.refused .label,.duplicate .label,.rst .label{font-weight:700}

        """;
}
