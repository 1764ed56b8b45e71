use interdict_names::*;
fn main(){
  let a:Vec<String>=std::env::args().skip(1).collect();
  if a[0]=="pinyin" { for l in std::io::stdin().lines(){ let l=l.unwrap(); println!("{l}\t{}", romanise(&l)); } return; }
  if a[0]=="parse" { for n in &a[1..] { let p=parse_name(n, NameKind::Person); for t in &p.tokens { println!("{n}: {} native={:?} {:?} keys={:?} readings={:?}",t.text,t.native,t.kind,t.korean,t.readings);} } return; }
  if a[0]=="count" { let (mut n,mut t,mut k,mut c)=(0u64,0,0,0); for l in std::io::stdin().lines(){ let l=l.unwrap(); let p=parse_name(&l,NameKind::Person); n+=1; for x in &p.tokens { t+=1; k+=x.korean.iter().filter(|k|is_korean_key(k)).count(); c+=x.korean.iter().filter(|k|is_chinese_key(k)).count(); } let all=p.tokens.iter().filter(|t|t.kind==TokenKind::Word).all(|t|t.korean.iter().any(|k|is_chinese_key(k))); if all {if n%40==0 {println!("all: {l}")}} } println!("{n} names {t} tokens {k} korean {c} chinese keys"); return; }
  for name in ["Mohammed Al-Hassan","John Smith","Xi Jinping","Hsi Chin-p'ing","Wong Chi Ming","Sergey Ivanov","Maria Gonzalez","Kim Jong Un","習近平","藤田碧","Souma Hayashi"] {
    let _=parse_name(name,NameKind::Person);
    let t=std::time::Instant::now(); let n=200000; let mut s=0; for _ in 0..n { s+=parse_name(std::hint::black_box(name),NameKind::Person).tokens.len(); }
    println!("{name}: {:?}/parse {s}", t.elapsed()/n);
    let t=std::time::Instant::now(); for _ in 0..n { for w in name.split(' ') { s+=chinese_keys(std::hint::black_box(w)).len(); } }
    println!("   chinese_keys {:?}", t.elapsed()/n);
  }
}
