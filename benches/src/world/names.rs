//! Names for invented people, in ten groups by where the names come from. A group decides how a name is made and how many of its people live
//! in a country other than that of their papers, and nothing else; it is written to the truth alone.

use super::dice::Dice;

/// Names of one origin.
#[derive(Debug)]
pub(crate) struct NameGroup {
    /// What the truth calls it.
    pub(crate) name: &'static str,
    /// Share of the people, in a hundred.
    pub(crate) share: u32,
    /// People with papers of another country than that where they live, in ten thousand. Assumed: the world's mean is 3.6 % (UN DESA 2020), and
    /// workers in technical jobs move more.
    pub(crate) migrants: u32,
    /// Countries of origin (`places::COUNTRIES`), by code.
    pub(crate) countries: &'static [&'static str],
    /// Common given names, each with another romanisation or short form.
    given: &'static [(&'static str, &'static str)],
    /// Common family names, each with another romanisation.
    family: &'static [(&'static str, &'static str)],
}

/// The groups.
pub(crate) const GROUPS: [NameGroup; 10] = [
    NameGroup {
        name: "western_european",
        share: 24,
        migrants: 600,
        countries: &["US", "GB", "DE", "CA"],
        given: &[
            ("Thomas", "Tom"),
            ("Katherine", "Kate"),
            ("Michael", "Mike"),
            ("Elizabeth", "Liz"),
            ("Daniel", "Dan"),
            ("Susan", "Sue"),
            ("William", "Bill"),
            ("Margaret", "Peggy"),
            ("Robert", "Bob"),
            ("Julia", "Julie"),
            ("Stephen", "Steven"),
            ("Anna", "Anne"),
            ("Christopher", "Chris"),
            ("Laura", "Lora"),
            ("Matthew", "Matt"),
            ("Hannah", "Hanna"),
            ("Joshua", "Josh"),
            ("Emily", "Emilie"),
            ("Lukas", "Lucas"),
            ("Sophie", "Sofie"),
        ],
        family: &[
            ("Smith", "Smyth"),
            ("Miller", "Mueller"),
            ("Johnson", "Johnston"),
            ("Brown", "Browne"),
            ("Fischer", "Fisher"),
            ("Clark", "Clarke"),
            ("Weber", "Webber"),
            ("Taylor", "Tayler"),
            ("Walker", "Walker"),
            ("Green", "Greene"),
            ("Schneider", "Snyder"),
            ("Baker", "Baker"),
            ("Hoffmann", "Hofmann"),
            ("Reed", "Reid"),
            ("Carter", "Carter"),
            ("Young", "Younge"),
            ("Meyer", "Maier"),
            ("Cooper", "Cooper"),
            ("Bennett", "Bennet"),
            ("Hughes", "Hughes"),
        ],
    },
    NameGroup {
        name: "slavic",
        share: 12,
        migrants: 1_200,
        countries: &["PL", "UA", "RS", "RU"],
        given: &[
            ("Oleksandr", "Alexander"),
            ("Olena", "Elena"),
            ("Piotr", "Peter"),
            ("Katarzyna", "Kasia"),
            ("Dmytro", "Dmitry"),
            ("Iryna", "Irina"),
            ("Andrii", "Andrey"),
            ("Nataliia", "Natalia"),
            ("Marko", "Marco"),
            ("Milica", "Militsa"),
            ("Serhii", "Sergey"),
            ("Yuliia", "Julia"),
            ("Tomasz", "Thomas"),
            ("Agnieszka", "Agnes"),
            ("Mykola", "Nikolay"),
            ("Oksana", "Oxana"),
        ],
        family: &[
            ("Kovalenko", "Kowalenko"),
            ("Shevchenko", "Schewtschenko"),
            ("Nowak", "Novak"),
            ("Kowalski", "Kovalsky"),
            ("Petrovic", "Petrovich"),
            ("Bondarenko", "Bondarenco"),
            ("Wojcik", "Voitsik"),
            ("Melnyk", "Melnik"),
            ("Jovanovic", "Yovanovich"),
            ("Tkachenko", "Tkatchenko"),
            ("Lewandowski", "Levandovsky"),
            ("Kravchenko", "Krawczenko"),
            ("Zielinski", "Zelinsky"),
            ("Boyko", "Boiko"),
            ("Savchuk", "Sawczuk"),
            ("Ilic", "Ilich"),
        ],
    },
    NameGroup {
        name: "arabic",
        share: 9,
        migrants: 1_200,
        countries: &["EG", "MA", "JO"],
        given: &[
            ("Mohamed", "Muhammad"),
            ("Fatima", "Fatma"),
            ("Ahmed", "Ahmad"),
            ("Aisha", "Aicha"),
            ("Youssef", "Yusuf"),
            ("Mariam", "Maryam"),
            ("Omar", "Umar"),
            ("Nour", "Noor"),
            ("Khaled", "Khalid"),
            ("Salma", "Selma"),
            ("Mustafa", "Moustafa"),
            ("Layla", "Leila"),
            ("Hassan", "Hasan"),
            ("Huda", "Houda"),
            ("Karim", "Kareem"),
            ("Rania", "Raniya"),
        ],
        family: &[
            ("Hassan", "Hasan"),
            ("Ibrahim", "Ebrahim"),
            ("Mansour", "Mansur"),
            ("El Sayed", "Elsayed"),
            ("Haddad", "Hadad"),
            ("Khalil", "Khaleel"),
            ("Benali", "Ben Ali"),
            ("Nasser", "Nasir"),
            ("Saleh", "Salih"),
            ("Al Masri", "Elmasry"),
            ("Farouk", "Faruq"),
            ("Amrani", "El Amrani"),
            ("Qasim", "Kassem"),
            ("Othman", "Osman"),
            ("Rashid", "Rasheed"),
            ("Zahran", "Zahraan"),
        ],
    },
    NameGroup {
        name: "south_asian",
        share: 15,
        migrants: 1_200,
        countries: &["IN", "PK", "BD"],
        given: &[
            ("Priya", "Pria"),
            ("Rahul", "Raahul"),
            ("Anil", "Aneel"),
            ("Sunita", "Suneeta"),
            ("Amit", "Ameet"),
            ("Lakshmi", "Laxmi"),
            ("Vijay", "Vijai"),
            ("Deepa", "Dipa"),
            ("Imran", "Emran"),
            ("Ayesha", "Aisha"),
            ("Sanjay", "Sanjai"),
            ("Neha", "Neeha"),
            ("Arjun", "Arjoon"),
            ("Kavita", "Kavitha"),
            ("Tariq", "Tarique"),
            ("Nusrat", "Nushrat"),
        ],
        family: &[
            ("Sharma", "Sarma"),
            ("Patel", "Patil"),
            ("Khan", "Khaan"),
            ("Reddy", "Reddi"),
            ("Gupta", "Guptha"),
            ("Das", "Dass"),
            ("Hussain", "Hossain"),
            ("Iyer", "Aiyar"),
            ("Singh", "Sinh"),
            ("Chowdhury", "Chaudhry"),
            ("Nair", "Nayar"),
            ("Mehta", "Mehtha"),
            ("Rahman", "Rehman"),
            ("Banerjee", "Bandyopadhyay"),
            ("Ahmed", "Ahmad"),
            ("Joshi", "Joshee"),
        ],
    },
    NameGroup {
        name: "chinese",
        share: 8,
        migrants: 1_200,
        countries: &["CN", "TW", "SG"],
        given: &[
            ("Wei", "Wai"),
            ("Xiaoming", "Hsiao-ming"),
            ("Jing", "Ching"),
            ("Haoyu", "Hao-yu"),
            ("Meiling", "Mei-ling"),
            ("Zhiqiang", "Chih-chiang"),
            ("Yan", "Yen"),
            ("Jun", "Chun"),
            ("Lihua", "Li-hua"),
            ("Guoqing", "Kuo-ching"),
            ("Xin", "Hsin"),
            ("Yuting", "Yu-ting"),
            ("Chao", "Chau"),
            ("Fang", "Fong"),
            ("Jiahao", "Chia-hao"),
            ("Minghui", "Ming-hui"),
        ],
        family: &[
            ("Wang", "Wong"),
            ("Li", "Lee"),
            ("Zhang", "Chang"),
            ("Liu", "Lau"),
            ("Chen", "Chan"),
            ("Yang", "Yeung"),
            ("Zhao", "Chao"),
            ("Huang", "Wong"),
            ("Zhou", "Chou"),
            ("Wu", "Ng"),
            ("Xu", "Hsu"),
            ("Sun", "Suen"),
            ("Zhu", "Chu"),
            ("Lin", "Lam"),
            ("Guo", "Kuo"),
            ("Gao", "Kao"),
        ],
    },
    NameGroup {
        name: "korean",
        share: 5,
        migrants: 1_200,
        countries: &["KR", "KR", "US"],
        given: &[
            ("Minjun", "Min-jun"),
            ("Seoyeon", "Seo-yeon"),
            ("Jihoon", "Ji-hun"),
            ("Eunji", "Eun-ji"),
            ("Sungho", "Seong-ho"),
            ("Hyejin", "Hye-jin"),
            ("Youngsoo", "Yeong-su"),
            ("Jiwon", "Ji-won"),
            ("Donghyun", "Dong-hyeon"),
            ("Soojin", "Su-jin"),
            ("Taehyung", "Tae-hyeong"),
            ("Minji", "Min-ji"),
            ("Jaewoo", "Jae-u"),
            ("Yuna", "Yoona"),
            ("Kyungmin", "Gyeong-min"),
            ("Haneul", "Ha-neul"),
        ],
        family: &[
            ("Kim", "Gim"),
            ("Lee", "Yi"),
            ("Park", "Bak"),
            ("Choi", "Choe"),
            ("Jung", "Jeong"),
            ("Kang", "Gang"),
            ("Cho", "Jo"),
            ("Yoon", "Yun"),
            ("Lim", "Im"),
            ("Han", "Hahn"),
            ("Oh", "O"),
            ("Shin", "Sin"),
            ("Kwon", "Gwon"),
            ("Song", "Song"),
            ("Ahn", "An"),
            ("Yoo", "Yu"),
        ],
    },
    NameGroup {
        name: "hispanic_lusophone",
        share: 12,
        migrants: 1_200,
        countries: &["MX", "BR", "ES", "AR"],
        given: &[
            ("Maria", "Mary"),
            ("Jose", "Pepe"),
            ("Juan", "John"),
            ("Ana", "Anna"),
            ("Luis", "Luiz"),
            ("Carmen", "Carmem"),
            ("Carlos", "Charlie"),
            ("Beatriz", "Beatrice"),
            ("Joao", "Juan"),
            ("Lucia", "Luzia"),
            ("Miguel", "Michel"),
            ("Sofia", "Sophia"),
            ("Rafael", "Raphael"),
            ("Gabriela", "Gabriella"),
            ("Diego", "Tiago"),
            ("Camila", "Camilla"),
        ],
        family: &[
            ("Garcia", "Garzia"),
            ("Silva", "Da Silva"),
            ("Rodriguez", "Rodrigues"),
            ("Lopez", "Lopes"),
            ("Martinez", "Martins"),
            ("Santos", "Dos Santos"),
            ("Fernandez", "Fernandes"),
            ("Oliveira", "Olivera"),
            ("Gonzalez", "Goncalves"),
            ("Pereira", "Pereyra"),
            ("Sanchez", "Sanches"),
            ("Costa", "Da Costa"),
            ("Ramirez", "Ramires"),
            ("Alves", "Alvez"),
            ("Morales", "Moraes"),
            ("Vargas", "Bargas"),
        ],
    },
    NameGroup {
        name: "west_african",
        share: 6,
        migrants: 1_200,
        countries: &["NG", "GH", "SN"],
        given: &[
            ("Chinedu", "Nedu"),
            ("Adaeze", "Ada"),
            ("Oluwaseun", "Seun"),
            ("Folake", "Fola"),
            ("Kwame", "Kwami"),
            ("Akosua", "Akos"),
            ("Emeka", "Chukwuemeka"),
            ("Ngozi", "Ngo"),
            ("Tunde", "Babatunde"),
            ("Aminata", "Aminatou"),
            ("Kofi", "Coffie"),
            ("Abena", "Abenaa"),
            ("Moussa", "Musa"),
            ("Fatou", "Fatima"),
            ("Ifeanyi", "Ifeany"),
            ("Yemi", "Oluyemi"),
        ],
        family: &[
            ("Okafor", "Okafo"),
            ("Adeyemi", "Adeyemo"),
            ("Mensah", "Mensa"),
            ("Diallo", "Jallow"),
            ("Okonkwo", "Okonko"),
            ("Balogun", "Balogoun"),
            ("Boateng", "Boatin"),
            ("Ndiaye", "Njie"),
            ("Eze", "Ezeh"),
            ("Owusu", "Owoosu"),
            ("Traore", "Trawally"),
            ("Ogunleye", "Ogunleyi"),
            ("Asante", "Ashanti"),
            ("Nwosu", "Nwosuh"),
            ("Sow", "So"),
            ("Bello", "Belo"),
        ],
    },
    NameGroup {
        name: "vietnamese",
        share: 5,
        migrants: 1_200,
        countries: &["VN", "VN", "US", "LA"],
        given: &[
            ("Anh", "Ann"),
            ("Minh", "Ming"),
            ("Huong", "Huongh"),
            ("Tuan", "Tuann"),
            ("Lan", "Lann"),
            ("Duc", "Duck"),
            ("Thao", "Tao"),
            ("Hung", "Hong"),
            ("Linh", "Lynh"),
            ("Quang", "Kwang"),
            ("Trang", "Chang"),
            ("Phuong", "Fuong"),
            ("Nam", "Nahm"),
            ("Mai", "My"),
            ("Hieu", "Hiu"),
            ("Ngoc", "Ngok"),
        ],
        family: &[
            ("Nguyen", "Nguyenn"),
            ("Tran", "Chan"),
            ("Le", "Ly"),
            ("Pham", "Fam"),
            ("Hoang", "Huynh"),
            ("Phan", "Fan"),
            ("Vu", "Vo"),
            ("Dang", "Dong"),
            ("Bui", "Buy"),
            ("Do", "Doe"),
            ("Ho", "Hoh"),
            ("Ngo", "Ngoh"),
            ("Duong", "Duongh"),
            ("Dinh", "Din"),
        ],
    },
    NameGroup {
        name: "filipino_malay",
        share: 4,
        migrants: 1_200,
        countries: &["PH", "ID", "MY"],
        given: &[
            ("Rizal", "Risal"),
            ("Marites", "Tess"),
            ("Budi", "Boedi"),
            ("Siti", "Sitti"),
            ("Jericho", "Jerico"),
            ("Analyn", "Annalyn"),
            ("Agus", "Agoes"),
            ("Dewi", "Dewie"),
            ("Faizal", "Faisal"),
            ("Nurul", "Noorul"),
            ("Rodel", "Rodell"),
            ("Maricel", "Marisel"),
            ("Wahyu", "Wahjoe"),
            ("Putri", "Poetri"),
            ("Hafiz", "Hafeez"),
            ("Aisyah", "Aisha"),
        ],
        family: &[
            ("Bautista", "Baptista"),
            ("Dela Cruz", "De la Cruz"),
            ("Santoso", "Santosa"),
            ("Wijaya", "Widjaja"),
            ("Abdullah", "Abdulla"),
            ("Ismail", "Esmail"),
            ("Villanueva", "Billanueva"),
            ("Pratama", "Pratomo"),
            ("Manalo", "Manallo"),
            ("Hidayat", "Hidajat"),
            ("Yusof", "Yusuf"),
            ("Salazar", "Zalazar"),
            ("Kusuma", "Koesoema"),
            ("Magsaysay", "Magsaisay"),
        ],
    },
];

/// A name that someone has, with its other form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    /// Which group it is of.
    pub(crate) group: usize,
    given: usize,
    family: usize,
}

impl Name {
    /// A name of a group. A third of the weight lies on the first names, so that some names are very common.
    pub(crate) fn draw(dice: &mut Dice, group: usize) -> Self {
        let NameGroup { given, family, .. } = &GROUPS[group];
        let mut one = |count: usize| if dice.percent(30) { dice.roll(3) } else { dice.roll(count as u64) } as usize;
        Self { group, given: one(given.len()), family: one(family.len()) }
    }

    /// The same family with another given name.
    pub(crate) fn relative(self, dice: &mut Dice) -> Self {
        Self { given: dice.roll(GROUPS[self.group].given.len() as u64) as usize, ..self }
    }

    /// The same given name with another family name, as after a marriage.
    pub(crate) fn married(self, dice: &mut Dice) -> Self {
        Self { family: dice.roll(GROUPS[self.group].family.len() as u64) as usize, ..self }
    }

    /// The given name.
    pub(crate) fn given(self) -> &'static str {
        GROUPS[self.group].given[self.given].0
    }

    /// The family name.
    pub(crate) fn family(self) -> &'static str {
        GROUPS[self.group].family[self.family].0
    }

    /// The name as it is mostly written.
    pub(crate) fn full(self) -> String {
        format!("{} {}", self.given(), self.family())
    }

    /// The name in another romanisation.
    pub(crate) fn other(self) -> String {
        let NameGroup { given, family, .. } = &GROUPS[self.group];
        format!("{} {}", given[self.given].1, family[self.family].1)
    }
}

/// A group by its share.
pub(crate) fn group(dice: &mut Dice) -> usize {
    dice.weighted(&GROUPS.each_ref().map(|group| group.share))
}
