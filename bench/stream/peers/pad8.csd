<CsoundSynthesizer>
<CsOptions>
-n -d -m0 -j1
</CsOptions>
<CsInstruments>
; The eight-voice pad for csound: three band-limited saws a voice 0.4 % apart, a ladder low-pass swept
; by a slow sine, panned, and a feedback-delay hall.
sr=48000
ksmps=64
nchnls=2
0dbfs=1
gaL init 0
gaR init 0
instr 1
  ifreq = 55*2^(p4*5/12)
  kcutoff lfo 600, 0.07+0.013*p4
  kswell lfo 0.4, 0.05+0.009*p4
  a1 vco2 0.1, ifreq*0.996
  a2 vco2 0.1, ifreq
  a3 vco2 0.1, ifreq*1.004
  af moogladder2 (a1+a2+a3)*(0.6+kswell), 900+kcutoff, 0.3
  gaL += af*sqrt(1-(p4+0.5)/8)
  gaR += af*sqrt((p4+0.5)/8)
endin
instr 99
  aL, aR reverbsc gaL, gaR, 0.85, 12000
  outs gaL+aL, gaR+aR
  gaL = 0
  gaR = 0
endin
</CsInstruments>
<CsScore>
i1 0 [SECONDS] 0
i1 0 [SECONDS] 1
i1 0 [SECONDS] 2
i1 0 [SECONDS] 3
i1 0 [SECONDS] 4
i1 0 [SECONDS] 5
i1 0 [SECONDS] 6
i1 0 [SECONDS] 7
i99 0 [SECONDS]
</CsScore>
</CsoundSynthesizer>
